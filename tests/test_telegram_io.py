import asyncio
import logging
from itertools import cycle
from typing import Any

import httpx
import pytest
from conversation import Clock
from telegram import Update
from telegram.error import NetworkError, RetryAfter, TimedOut

from bot.outbox import GROUP_PER_MINUTE, Room
from bot.telegram_io import ALL_PER_SECOND, ChatOrder, Connection, RateLimiter


def update(number: int, chat: int) -> Update:
    body = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}}
    found = Update.de_json({"update_id": number, "message": body}, None)
    assert found is not None
    return found


async def test_one_chat_is_answered_in_order_and_others_do_not_wait() -> None:
    order, done = ChatOrder(), []
    first_may_end = asyncio.Event()

    async def handle(name: str, wait: asyncio.Event | None = None) -> None:
        if wait is not None:
            await wait.wait()
        done.append(name)

    tasks = [
        asyncio.create_task(order.process_update(update(1, 7), handle("first", first_may_end))),
        asyncio.create_task(order.process_update(update(2, 7), handle("second"))),
        asyncio.create_task(order.process_update(update(3, 8), handle("other chat"))),
    ]
    await asyncio.sleep(0.01)
    assert done == ["other chat"]
    first_may_end.set()
    await asyncio.gather(*tasks)
    assert done == ["other chat", "first", "second"]


async def request(limiter: RateLimiter, errors: list[Exception]) -> int:
    """How often the request was made until it worked."""
    made = 0

    async def call() -> bool:
        nonlocal made
        made += 1
        if errors:
            raise errors.pop(0)
        return True

    await limiter.process_request(call, (), {}, "sendMessage", {"chat_id": 7}, None)
    return made


def caused(error: NetworkError, cause: Exception) -> NetworkError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "repeated"),
    [
        (RetryAfter(3), True),
        (NetworkError("Internal Server Error"), True),
        (caused(NetworkError("httpx.ConnectError"), httpx.ConnectError("")), True),
        (NetworkError("Gateway Timeout"), False),
        (caused(NetworkError("httpx.ReadError"), httpx.ReadError("")), False),
        (TimedOut(), False),
    ],
)
async def test_only_what_had_no_effect_is_done_again(
    error: Exception, monkeypatch: pytest.MonkeyPatch, *, repeated: bool
) -> None:
    async def sleep(_: float) -> None: ...

    monkeypatch.setattr("bot.telegram_io.asyncio.sleep", sleep)
    if repeated:
        assert await request(RateLimiter(Room()), [error]) == 2
    else:
        with pytest.raises(type(error)):
            await request(RateLimiter(Room()), [error])


async def test_what_telegram_keeps_refusing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(_: float) -> None: ...

    monkeypatch.setattr("bot.telegram_io.asyncio.sleep", sleep)
    with pytest.raises(RetryAfter):
        await request(RateLimiter(Room()), [RetryAfter(1)] * 10)


def test_no_minute_brings_a_group_more_than_telegram_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoints = cycle(["sendMessage", "editMessageText", "sendPhoto"])

    async def play() -> list[float]:
        clock, sent = asyncio.get_running_loop(), []
        assert isinstance(clock, Clock)

        async def sleep(seconds: float) -> None:
            clock.ahead += seconds

        async def call() -> None:
            sent.append(clock.time())

        monkeypatch.setattr("bot.telegram_io.asyncio.sleep", sleep)
        limiter = RateLimiter(Room())
        for _ in range(4 * GROUP_PER_MINUTE):
            clock.ahead += 1.0
            await limiter.process_request(call, (), {}, next(endpoints), {"chat_id": -7}, None)
        return sent

    with asyncio.Runner(loop_factory=Clock) as runner:
        sent = runner.run(play())
    assert len(sent) == 4 * GROUP_PER_MINUTE
    assert min(later - earlier for earlier, later in zip(sent, sent[GROUP_PER_MINUTE:], strict=False)) >= 59.99


def test_no_more_go_out_in_any_second_than_telegram_allows() -> None:
    async def play() -> list[float]:
        clock, limiter, sent = asyncio.get_running_loop(), RateLimiter(Room()), []

        async def call() -> None:
            sent.append(clock.time())

        chats = range(ALL_PER_SECOND + 10)
        await asyncio.gather(
            *(limiter.process_request(call, (), {}, "sendMessage", {"chat_id": chat}, None) for chat in chats)
        )
        return sent

    sent = asyncio.run(play())
    assert min(later - earlier for earlier, later in zip(sent, sent[ALL_PER_SECOND:], strict=False)) >= 0.95


def connection(responses: list[Any], refused: list[bool]) -> Connection:
    def respond(_: httpx.Request) -> httpx.Response:
        response = responses.pop(0)
        if isinstance(response, Exception):
            raise response
        return httpx.Response(response, json={"ok": response == 200})

    return Connection(lambda: refused.append(True), httpx_kwargs={"transport": httpx.MockTransport(respond)})


async def test_lasting_trouble_is_said_once_and_its_end_too(caplog: pytest.LogCaptureFixture) -> None:
    link = connection([httpx.ConnectError("no route"), httpx.ConnectError("no route"), 200], [])
    async with link:
        with caplog.at_level(logging.INFO, "bot.telegram_io"):
            for _ in range(2):
                with pytest.raises(NetworkError):
                    await link.do_request("https://telegram.invalid", "POST")
            await link.do_request("https://telegram.invalid", "POST")
    assert [record.message.split(" (")[0] for record in caplog.records] == [
        "Telegram cannot be reached",
        "Telegram can be reached again",
    ]


async def test_a_refused_token_is_told() -> None:
    refused: list[bool] = []
    async with connection([401], refused) as link:
        await link.do_request("https://telegram.invalid", "POST")
    assert refused == [True]
