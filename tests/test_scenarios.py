from pathlib import Path
from typing import Any

import pytest
from conversation import Stage, scenarios
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram_rules import units
from test_handlers import BOT, GROUP, PERSON, PRIVATE, member, message, process

from bot.pages import Pages

TEXTS = {
    "nothing but marks": "\u202e\u200f\u0000\u200b\ufeff",
    "right to left": "\u202ehow many people died?\u202c",
    "10,000 emoji": "🌹" * 10_000,
    "families": "👨‍👩‍👧‍👦🏳️‍🌈" * 500,
    "enormous": "how many people died? " * 1_000,
    "one long word": "ə" * 100_000,
    "combining marks": "n\u0301\u0302\u0303" * 5_000,
    "markup": "<b>how</b> many &lt; people & died</a>?",
    "half a character": "how many \ud83d died?",
    "a million questions": "?" * 100_000,
    "a long number": "/statement " + "9" * 5_000,
    "lines": "\n" * 4_000,
}


def entity(**fields: Any) -> dict[str, Any]:
    return {"message": message("how many people died?") | {"entities": [fields]}}


def pressed(**fields: Any) -> dict[str, Any]:
    return {"callback_query": {"id": "1", "from": PERSON, "chat_instance": "1"} | fields}


def without(name: str) -> dict[str, Any]:
    return {"message": {key: value for key, value in message("how many people died?").items() if key != name}}


def membership(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    change = {"chat": GROUP, "from": PERSON, "date": 1, "old_chat_member": old, "new_chat_member": new}
    return {"my_chat_member": change}


UPDATES = {
    "empty": {},
    "of an unknown type": {"hologram": {"id": 1}},
    "a message with unknown fields": {"message": message("how many?") | {"hologram": {"id": 1}, "mood": "good"}},
    "a message of nobody": without("from"),
    "a message in no chat": without("chat"),
    "a message without a date": without("date"),
    "a message without a number": without("message_id"),
    "a message that is a word": {"message": "how many people died?"},
    "a message that is nothing": {"message": None},
    "an empty message": {"message": message("")},
    "an empty message in a group": {"message": message("", GROUP)},
    "a message in an unknown kind of chat": {"message": message("x", PRIVATE | {"type": "hologram"})},
    "a text that is a number": {"message": message("x") | {"text": 5}},
    "an unknown entity": entity(type="hologram", offset=0, length=3),
    "an entity beyond the text": entity(type="mention", offset=500, length=30),
    "an entity before the text": entity(type="mention", offset=-5, length=3),
    "a reply to a message of nobody": {
        "message": message("/ask", GROUP, reply_to_message={"message_id": 1, "date": 1, "chat": GROUP, "text": "hm?"})
    },
    "a quotation from elsewhere": {"message": message("/ask", GROUP) | {"quote": {"text": "how many?", "position": 9}}},
    "a mention without words": {"message": message("@statement_bot", GROUP)},
    "a command without a name": {"message": message("/@statement_bot", GROUP)},
    "a button of nothing": pressed(),
    "a button without its message": pressed(data="i:deaths"),
    "a foreign button": pressed(data="ə" * 32, message=message("x")),
    "a button of an inline message": pressed(data="i:deaths", inline_message_id="1"),
    "a button with an empty choice": pressed(data="n:,,", message=message("x")),
    "a button for a paragraph that is none": pressed(data="p:-1", message=message("x")),
    "an unknown membership": membership({"status": "hologram", "user": BOT}, {"status": "ghost", "user": BOT}),
    "a membership that lacks its fields": membership({"status": "left", "user": BOT}, {"status": "kicked", "user": BOT}),
    "a membership of nothing": {"my_chat_member": {}},
    "a group that becomes itself": {"message": message(None, GROUP) | {"migrate_to_chat_id": GROUP["id"]}},
    "an edit of a message never seen": {"edited_message": message("how many?") | {"edit_date": 2}},
    "an inline query of nothing": {"inline_query": {"id": "1", "from": PERSON, "query": "", "offset": "x"}},
    "a poll": {"poll": {"id": "1"}},
    "another member": {"chat_member": membership(member("member"), member("left"))["my_chat_member"]},
}  # fmt: skip


@pytest.fixture
def stage(
    pages: Pages, tmp_path: Path, empty: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Stage:
    return Stage(pages, tmp_path, empty, monkeypatch, caplog)


@pytest.mark.parametrize("script", scenarios())
def test_the_bot_behaves(script: dict[str, Any], stage: Stage) -> None:
    polling, webhook = stage.transcripts(script)
    assert polling == webhook


@pytest.mark.parametrize("fields", UPDATES.values(), ids=UPDATES.keys())
def test_an_odd_update_harms_nothing(fields: dict[str, Any], stage: Stage) -> None:
    script = {
        "trouble": 2,  # what cannot be read is logged
        "steps": [
            {"odd update": fields},
            "bot does what it likes",
            {"Emin says": "how many people died?"},
            {"bot sends": "150 citizens"},
        ],
    }
    polling, webhook = stage.transcripts(script)
    assert polling == webhook


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("chat", ["private", "group"])
def test_an_odd_text_has_one_answer_and_harms_nothing(text: str, chat: str, stage: Stage) -> None:
    command = "" if chat == "private" or text.startswith("/") else "/ask "
    script = {
        "chat": chat,
        "steps": [
            {"Ana says": command + text},
            {"bot sends": ""},
            {"Emin says": f"{command}how many people died?", "without": []},
            "bot does what it likes",
        ],
    }
    polling, webhook = stage.transcripts(script)
    assert polling == webhook


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(min_size=1), before=st.sampled_from(["", "/", "/ask ", "@statement_bot ", "/start ", "/statement "])
)
async def test_any_text_has_at_most_one_answer(application: Any, server: Any, text: str, before: str) -> None:
    server.calls.clear()
    for chat in (PRIVATE, GROUP | {"id": -units(text) - 1}):
        await process(application, message=message(before + text, chat))
    sent = [call.parameters["text"] for call in server.calls]
    assert len(sent) <= 2
    assert not any("Something went wrong" in text for text in sent)
