"""Telegram's side of a conversation: a server that remembers and refuses, and the two ways in which it brings updates."""

import asyncio
import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import httpx
from conftest import Call
from telegram.request import RequestData
from test_handlers import member
from test_profile import Profile
from tornado.httpserver import HTTPServer

from bot.app import UPDATES, deliver
from bot.server import SECRET_HEADER, WEBHOOK_PATH, listen

CODES = {"Bad Request": 400, "Forbidden": 403, "Too Many Requests": 429, "Bad Gateway": 502}
"""Telegram's codes, by the words its refusals begin with."""

SECRET = "word"


class Telegram(Profile):
    """Keeps the profile, knows who is who, refuses what it is told to, and holds updates until they are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[tuple[Call, int | None]] = []
        """What changed something: the call and the number of its message; None where it was refused."""
        self.refusals: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        self.members: dict[int, str] = {}
        self.gone: set[tuple[int, int]] = set()
        self.channels: dict[int, int] = {}
        """Of groups that have one."""
        self.holds_up = False
        self._waiting: list[dict[str, Any]] = []
        self._changed = asyncio.Condition()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *more: Any, **timeouts: Any
    ) -> tuple[int, bytes]:
        name, parameters = url.rpartition("/")[2], dict(request_data.parameters) if request_data else {}
        if name == "getUpdates":
            return 200, _reply(ok=True, result=await self._updates(parameters))
        code, payload = await super().do_request(url, method, request_data, *more, **timeouts)
        said, details = self._refusal(name, parameters)
        if name.startswith("get") or name == "deleteWebhook":
            self.calls = [call for call in self.calls if call.method != name]  # the numbers of messages do not count it
        else:
            result = json.loads(payload)["result"]
            number = result.get("message_id", 0) if isinstance(result, dict) else 0
            self.done.append((self.calls[-1], None if said else number))
        if not said:
            self.holds_up = False
            return code, payload
        code = next(code for words, code in CODES.items() if said.startswith(words))
        self.holds_up |= code in (429, 502)
        return code, _reply(ok=False, error_code=code, description=said, parameters=details)

    async def bring(self, update: dict[str, Any]) -> None:
        """Hold `update` until the bot has asked for it and for what comes after it."""
        async with self._changed:
            self._waiting.append(update)
            self._changed.notify_all()
            await self._changed.wait_for(lambda: update not in self._waiting)

    async def _updates(self, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        async with self._changed:
            self._waiting = [u for u in self._waiting if u["update_id"] >= parameters.get("offset", 0)]
            self._changed.notify_all()
            if parameters.get("timeout", 0):
                await self._changed.wait_for(lambda: self._waiting)
            return list(self._waiting)

    def _refusal(self, name: str, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """What is said against a call, which is nothing if it is done, and the details that Telegram adds."""
        if self.refusals.get(name):
            return self.refusals[name].pop(0)
        chat, reply = parameters.get("chat_id", 0), parameters.get("reply_parameters", {})
        lost = (chat, reply.get("message_id", 0)) in self.gone and not reply.get("allow_sending_without_reply")
        if lost:
            return "Bad Request: message to be replied not found", {}
        if name.startswith("edit") and (chat, parameters.get("message_id", 0)) in self.gone:
            return "Bad Request: message to edit not found", {}
        return "", {}

    def _result(self, call: Call) -> object:
        if call.method == "getChatMember":
            user = call.parameters["user_id"]
            person = {"id": user, "is_bot": False, "first_name": "Person"}
            return member(self.members.get(user, "member")) | {"user": person}
        if call.method == "getChat":
            return self._chat(call.parameters["chat_id"])
        if call.method == "getChatMenuButton":
            return self.kept.get(("menu", "", ""), {"type": "default"})
        if call.method == "setChatMenuButton":
            self.kept["menu", "", ""] = {"type": "commands"}
        result = super()._result(call)
        if isinstance(result, dict) and "chat" in result and call.parameters["chat_id"] < 0:
            result["chat"] |= {"type": "supergroup", "title": "Group"}
        return result

    def _chat(self, number: int) -> dict[str, Any]:
        chat = {"id": number, "type": "supergroup", "title": "Group", "accent_color_id": 0, "max_reaction_count": 11}
        gifts = dict.fromkeys(
            ["unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"], False
        )
        linked = {"linked_chat_id": self.channels[number]} if number in self.channels else {}
        return {**chat, "accepted_gift_types": gifts, **linked}


def _reply(**fields: Any) -> bytes:
    return json.dumps({name: value for name, value in fields.items() if value != {}}).encode()


def details(said: str, new_chat: int | None) -> dict[str, Any]:
    """What Telegram adds to a refusal."""
    wait = re.search(r"retry after (\d+)", said)
    if wait:
        return {"retry_after": int(wait.group(1))}
    return {"migrate_to_chat_id": new_chat} if new_chat else {}


class Polling:
    """The bot asks for updates."""

    def __init__(self, application: Any, telegram: Telegram) -> None:
        self._application = application
        self._telegram = telegram

    async def start(self) -> None:
        await self._application.updater.start_polling(poll_interval=0, timeout=30, allowed_updates=UPDATES)

    async def deliver(self, update: dict[str, Any]) -> None:
        """Bring `update`; done when it is answered."""
        await self._telegram.bring(update)
        await self._application.update_queue.join()

    async def stop(self) -> None:
        await self._application.updater.stop()


class Webhook:
    """Telegram posts updates to the bot's server."""

    _server: HTTPServer
    _client: httpx.AsyncClient

    def __init__(self, application: Any, _: Telegram) -> None:
        self._application = application

    async def start(self) -> None:
        self._server = listen(("127.0.0.1", 0), lambda: True, (SECRET, partial(deliver, self._application)))
        (socket,) = self._server._sockets.values()  # noqa: SLF001  # tornado tells its port in no other way
        address = f"http://127.0.0.1:{socket.getsockname()[1]}"
        # the clock of a conversation is put forward: no timeouts, no connections kept
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.AsyncClient(base_url=address, verify=False, timeout=None, limits=limits)  # noqa: S501, S113  # on this machine

    async def deliver(self, update: dict[str, Any]) -> None:
        """Bring `update`; done when it is answered."""
        body = json.dumps(update)  # in ASCII, as Telegram writes it
        response = await self._client.post(WEBHOOK_PATH, content=body, headers={SECRET_HEADER: SECRET})
        assert response.status_code == 200, response

    async def stop(self) -> None:
        await self._client.aclose()
        self._server.stop()
        await self._server.close_all_connections()


TRANSPORTS = (Polling, Webhook)
