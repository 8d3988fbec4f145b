import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.server import SECRET_HEADER, WEBHOOK_PATH, listen


class Watched:
    def __init__(self) -> None:
        self.healthy = True
        self.delivered: list[dict[str, Any]] = []

    async def deliver(self, update: dict[str, Any]) -> None:
        self.delivered.append(update)


@pytest.fixture
async def watched() -> AsyncIterator[tuple[Watched, httpx.AsyncClient]]:
    watched = Watched()
    server = listen(("127.0.0.1", 0), lambda: watched.healthy, ("word", watched.deliver))
    (socket,) = server._sockets.values()  # noqa: SLF001  # tornado tells its port in no other way
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{socket.getsockname()[1]}") as client:
        yield watched, client
    server.stop()
    await server.close_all_connections()


async def test_health_is_told(watched: tuple[Watched, httpx.AsyncClient]) -> None:
    state, client = watched
    assert (await client.get("/healthz")).status_code == 200
    state.healthy = False
    assert (await client.get("/healthz")).status_code == 503


async def test_an_update_with_the_secret_is_delivered(watched: tuple[Watched, httpx.AsyncClient]) -> None:
    state, client = watched
    response = await client.post(WEBHOOK_PATH, json={"update_id": 1}, headers={SECRET_HEADER: "word"})
    assert response.status_code == 200
    assert state.delivered == [{"update_id": 1}]


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: "guess"}])
async def test_without_the_secret_nothing_is_delivered(
    watched: tuple[Watched, httpx.AsyncClient], headers: dict[str, str]
) -> None:
    state, client = watched
    assert (await client.post(WEBHOOK_PATH, json={"update_id": 1}, headers=headers)).status_code == 403
    assert state.delivered == []


async def test_what_is_no_json_is_refused(watched: tuple[Watched, httpx.AsyncClient]) -> None:
    state, client = watched
    response = await client.post(WEBHOOK_PATH, content=json.dumps({})[:-1], headers={SECRET_HEADER: "word"})
    assert response.status_code == 400
    assert state.delivered == []
