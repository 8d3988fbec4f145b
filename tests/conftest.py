import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
from telegram.ext import Application
from telegram.request import BaseRequest, RequestData
from telegram_rules import check, shown

from bot.answering import Answerer
from bot.app import build_application, build_bot
from bot.buttons import Buttons
from bot.compiled import Compiled, open_knowledge
from bot.handlers import Handlers
from bot.inline import Inline
from bot.load import load
from bot.model import Knowledge
from bot.normalise import words
from bot.outbox import Room
from bot.pages import Pages
from bot.settings import SHIPPED
from bot.storage import Storage

os.environ["PTB_TIMEDELTA"] = "1"  # as `run` sets it

TOKEN = "42:token"  # no real one
BOT = {"id": 42, "is_bot": True, "first_name": "Bot", "username": "statement_bot"}


@pytest.fixture(scope="session", autouse=True)
def each_question_is_folded_once() -> Iterator[None]:
    """Most of loading a knowledge base is folding its 62,000 questions, which are the same for every test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.check.words", cache(words))
        yield


@pytest.fixture(scope="session")
def compiled() -> Compiled:
    return open_knowledge(SHIPPED)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load(SHIPPED)


@pytest.fixture(scope="session")
def answerer(compiled: Compiled) -> Answerer:
    return compiled.answerer()


@pytest.fixture(scope="session")
def pages(answerer: Answerer) -> Pages:
    return Pages(answerer)


@dataclass
class Call:
    method: str
    parameters: dict[str, Any]


@dataclass
class Server(BaseRequest):
    """Records what is sent, and answers like Telegram; `failures` are raised first, one a call, `refused` by method.

    Every call is held to the Bot API's rules; `texts` are the messages known, by chat and message id.
    """

    broken: ClassVar[list[str]] = []
    """Rules broken, of all servers: the library hides what is raised in a request."""

    calls: list[Call] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    refused: dict[str, Exception] = field(default_factory=dict)
    member: dict[str, Any] = field(default_factory=dict)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        assert method == "POST"
        call = Call(url.rpartition("/")[2], dict(request_data.parameters) if request_data else {})
        self._check(call, request_data)
        if call.method != "getMe":
            self.calls.append(call)
            if call.method in self.refused:
                raise self.refused[call.method]
            if self.failures:
                raise self.failures.pop(0)
        result = self._result(call)
        if isinstance(result, dict) and "text" in result:
            self.texts[result["chat"]["id"], result["message_id"]] = shown(call.parameters, "text").text
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def _check(self, call: Call, request_data: RequestData | None) -> None:
        files = request_data.multipart_data or {} if request_data else {}
        try:
            check(call.method, call.parameters, files, self.texts)
        except AssertionError as error:
            self.broken.append(str(error))

    def _result(self, call: Call) -> object:
        if call.method == "getMe":
            return BOT
        if call.method == "getChatMember":
            return self.member
        if call.method == "sendPhoto":
            uploaded = sum(call.method == "sendPhoto" and "photo" not in call.parameters for call in self.calls)
            size = {
                "file_id": call.parameters.get("photo", f"file-{uploaded}"),
                "file_unique_id": "u",
                "width": 1,
                "height": 1,
            }
            chat = {"id": call.parameters["chat_id"], "type": "private"}
            return {"message_id": 1000 + len(self.calls), "date": 0, "chat": chat, "photo": [size]}
        if call.method in ("sendMessage", "editMessageText") and "inline_message_id" not in call.parameters:
            number = call.parameters.get("message_id", 1000 + len(self.calls))
            chat = {"id": call.parameters["chat_id"], "type": "private"}
            return {"message_id": number, "date": 0, "chat": chat, "text": call.parameters["text"]}
        if call.method == "answerGuestQuery":
            return {"inline_message_id": "1"}
        return True

    def sent(self, method: str) -> list[dict[str, Any]]:
        return [call.parameters for call in self.calls if call.method == method]


@pytest.fixture(autouse=True)
def rules_of_telegram() -> Iterator[None]:
    """What is sent in any test keeps the Bot API's rules."""
    Server.broken.clear()
    yield
    assert Server.broken == []


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which nothing is kept yet: making its tables takes longer than most tests."""

    async def make() -> None:
        storage = Storage(f"sqlite:///{path}")
        await storage.open()
        await storage.close()

    path = tmp_path_factory.mktemp("empty") / "bot.db"
    asyncio.run(make())
    return path


@pytest.fixture
async def storage(tmp_path: Path, empty: Path) -> AsyncIterator[Storage]:
    storage = Storage(f"sqlite:///{shutil.copy(empty, tmp_path)}")
    await storage.open()
    yield storage
    await storage.close()


@pytest.fixture
async def application(pages: Pages, storage: Storage, server: Server) -> Any:
    application: Application[Any, Any, Any, Any, Any, Any]
    handlers = Handlers(pages, storage, room := Room(), keeps_unanswered=True)
    buttons = Buttons(pages, storage, handlers)
    bot = build_bot(TOKEN, "https://telegram.invalid", (server, server), room, storage)
    application = build_application(bot, handlers, buttons, Inline(pages, storage, keeps_unanswered=True))
    await application.initialize()
    yield application
    await application.shutdown()
