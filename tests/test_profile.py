import json
from typing import Any

from conftest import TOKEN, Server

from bot.app import build_bot
from bot.outbox import Room
from bot.pages import Pages
from bot.profile import SCOPES, introduce
from bot.storage import Storage


class Profile(Server):
    """A server that keeps the profile it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str, str], Any] = {}

    def _result(self, call: Any) -> object:
        what = call.method[len("getMy") :] if call.method.startswith(("getMy", "setMy")) else ""
        key = (what, str(call.parameters.get("scope")), call.parameters.get("language_code", ""))
        field = {"Name": "name", "Description": "description", "ShortDescription": "short_description"}.get(what)
        if call.method.startswith("setMy"):
            self.kept[key] = call.parameters[field or "commands"]
            return True
        if call.method == "getMyCommands":
            return json.loads(self.kept[key]) if isinstance(self.kept.get(key), str) else self.kept.get(key, [])
        if field is not None:
            return {field: self.kept.get(key, "")}
        if call.method == "getChatMenuButton":
            return {"type": "commands"}
        return super()._result(call)


async def test_the_profile_is_set_once_in_every_language_and_scope(pages: Pages, storage: Storage) -> None:
    server = Profile()
    bot = build_bot(TOKEN, "https://telegram.invalid", (server, server), Room(), storage)
    await bot.initialize()
    await introduce(bot, pages)
    assert len(server.sent("setMyCommands")) == len(SCOPES) * len(pages.languages)
    assert len(server.sent("setMyName")) == len(pages.languages)
    server.calls.clear()
    await introduce(bot, pages)
    assert [call.method for call in server.calls if call.method.startswith("set")] == []
    await bot.shutdown()


def test_every_command_of_a_menu_is_described(pages: Pages) -> None:
    described = {language: set(pages.phrases(language).commands) for language in pages.languages}
    assert all(set(names) <= described[language] for _, names in SCOPES for language in pages.languages)
