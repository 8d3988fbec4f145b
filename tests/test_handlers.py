import asyncio
import logging
from itertools import count
from typing import Any

import pytest
from conftest import BOT, TOKEN, Server
from telegram import Update
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut
from telegram.ext import TypeHandler

from bot.app import UPDATES
from bot.outbox import GROUP_PER_MINUTE, KEPT_FREE
from bot.pages import Pages
from bot.storage import Storage

PERSON = {"id": 7, "is_bot": False, "first_name": "Ana", "language_code": "en"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Ana"}
GROUP = {"id": -100, "type": "supergroup", "title": "Group"}
numbers = count(1)


def message(text: str | None, chat: dict[str, Any] = PRIVATE, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"message_id": next(numbers), "date": 1, "chat": chat, "from": PERSON} | more
    if text is not None:
        body["text"] = text
        if text.startswith("/"):
            length = len(text.split()[0])
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        if "@statement_bot" in text and not text.startswith("/"):
            body["entities"] = [{"type": "mention", "offset": text.index("@"), "length": len("@statement_bot")}]
    return body


async def process(application: Any, **fields: Any) -> None:
    update = Update.de_json({"update_id": next(numbers), **fields}, application.bot)
    await application.process_update(update)


async def test_a_question_in_private_is_answered_without_quoting(application: Any, server: Server) -> None:
    await process(application, message=message("how many people died?"))
    (sent,) = server.sent("sendMessage")
    assert "150 citizens" in sent["text"]
    assert sent["parse_mode"] == "HTML"
    assert "reply_parameters" not in sent
    assert "message_thread_id" not in sent
    assert sent["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize("command", ["start", "help", "statement", "timeline", "figures", "about", "privacy", "ask"])
async def test_every_command_is_answered(application: Any, server: Server, command: str) -> None:
    await process(application, message=message(f"/{command}"))
    assert len(server.sent("sendMessage")) == 1


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("how many people died?", False),
        ("/ask how many people died?", True),
        ("/timeline@statement_bot", True),
        ("/TIMELINE@Statement_Bot", True),
        ("/timeline@other_bot", False),
        ("/unknown", False),
        ("/unknown@statement_bot", True),
        ("@statement_bot how many people died?", True),
        ("tell me, @statement_bot, how many people died?", True),
    ],
)
async def test_in_a_group_only_what_is_addressed_is_answered(
    application: Any, server: Server, text: str, *, answered: bool
) -> None:
    body = message(text, GROUP)
    await process(application, message=body)
    sent = server.sent("sendMessage")
    assert len(sent) == answered
    if answered:
        assert sent[0]["reply_parameters"]["message_id"] == body["message_id"]
        assert sent[0]["reply_parameters"]["allow_sending_without_reply"] is True


async def test_a_reply_to_the_bot_is_answered_in_a_group(application: Any, server: Server) -> None:
    own = {"message_id": 5, "date": 1, "chat": GROUP, "from": BOT, "text": "…"}
    await process(application, message=message("and how many were wounded?", GROUP, reply_to_message=own))
    assert "744" in server.sent("sendMessage")[0]["text"]


async def test_the_topic_is_kept_and_the_general_topic_is_never_named(application: Any, server: Server) -> None:
    forum = GROUP | {"is_forum": True}
    await process(application, message=message("/timeline", forum, message_thread_id=9, is_topic_message=True))
    await process(application, message=message("/timeline", forum, message_thread_id=1))
    topic, general = server.sent("sendMessage")
    assert topic["message_thread_id"] == 9
    assert "message_thread_id" not in general


@pytest.mark.parametrize(
    "fields",
    [
        {"channel_post": message("/timeline", {"id": -200, "type": "channel", "title": "Channel"})},
        {"business_message": message("/timeline") | {"business_connection_id": "1"}},
        {"edited_message": message("/timeline") | {"edit_date": 2}},
        {"message": message("/timeline") | {"from": PERSON | {"is_bot": True}}},
        {"message": message(None, GROUP) | {"new_chat_members": [PERSON]}},
        {"message": message(None, GROUP) | {"location": {"latitude": 1.0, "longitude": 1.0}}},
        {"message": message(None) | {"pinned_message": message("x")}},
        {"poll_answer": {"poll_id": "1", "user": PERSON, "option_ids": [], "option_persistent_ids": []}},
        {},
    ],
)
async def test_nothing_else_is_answered(application: Any, server: Server, fields: dict[str, Any]) -> None:
    await process(application, **fields)
    assert server.calls == []


async def test_a_message_without_words_is_answered_in_private(application: Any, server: Server) -> None:
    await process(application, message=message(None) | {"location": {"latitude": 1.0, "longitude": 1.0}})
    assert "text" in server.sent("sendMessage")[0]["text"]


async def test_a_caption_is_read_as_a_question(application: Any, server: Server) -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    await process(application, message=message(None) | {"photo": photo, "caption": "how many people died?"})
    assert "150" in server.sent("sendMessage")[0]["text"]


async def test_an_edited_question_edits_its_answer(application: Any, server: Server) -> None:
    body = message("how many people died?")
    await process(application, message=body)
    await process(application, edited_message=body | {"text": "how many were wounded?", "edit_date": 2})
    (edited,) = server.sent("editMessageText")
    assert "744" in edited["text"]
    assert edited["message_id"] == 1001
    assert len(server.sent("sendMessage")) == 1


def pressed(data: str | None, **more: Any) -> dict[str, Any]:
    return {"id": "1", "from": PERSON, "chat_instance": "1", "message": message("…") | {"message_id": 50}} | (
        {"data": data} if data else {}
    ) | more  # fmt: skip


async def test_a_button_edits_its_message(application: Any, server: Server) -> None:
    await process(application, callback_query=pressed("i:wounded"))
    assert [call.method for call in server.calls] == ["answerCallbackQuery", "editMessageText"]
    (edited,) = server.sent("editMessageText")
    assert edited["message_id"] == 50
    assert "744" in edited["text"]


@pytest.mark.parametrize("data", ["i:gone", "old", None])
async def test_a_stale_or_foreign_button_is_answered_politely(
    application: Any, server: Server, data: str | None
) -> None:
    await process(application, callback_query=pressed(data) | ({} if data else {"game_short_name": "x"}))
    (call,) = server.calls
    assert call.method == "answerCallbackQuery"
    assert "no longer works" in call.parameters["text"]


async def test_a_button_on_an_old_message_still_works(application: Any, server: Server) -> None:
    old = {"message_id": 50, "date": 0, "chat": PRIVATE}
    await process(application, callback_query=pressed("p:3", message=old))
    assert "744" in server.sent("editMessageText")[0]["text"]


async def test_a_button_works_even_when_whoever_pressed_it_cannot_be_told(application: Any, server: Server) -> None:
    server.refused = {"answerCallbackQuery": TimedOut()}
    await process(application, callback_query=pressed("i:wounded"))
    assert "744" in server.sent("editMessageText")[0]["text"]


async def test_after_a_timeout_nothing_is_sent_again(application: Any, server: Server) -> None:
    server.failures = [TimedOut()]
    await process(application, message=message("how many people died?"))
    assert len(server.calls) == 1


async def test_what_certainly_failed_is_sent_again(
    application: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = await no_waiting(monkeypatch)
    server.failures = [NetworkError("Bad Gateway"), RetryAfter(17)]
    await process(application, message=message("how many people died?"))
    assert len(server.calls) == 3
    assert 17 in waited


async def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("bot.telegram_io.asyncio.sleep", sleep)
    return waited


async def test_a_fault_is_logged_and_excused_and_the_bot_lives_on(
    application: Any, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.failures = [BadRequest("no such luck")]
    with caplog.at_level(logging.ERROR):
        await process(application, message=message("how many people died?"))
    assert "no such luck" in caplog.text
    assert TOKEN not in caplog.text
    await process(application, message=message("how many people died?"))
    _, apology, answer = server.sent("sendMessage")
    assert "Something went wrong" in apology["text"]
    assert "150" in answer["text"]


async def test_a_fault_in_answers_that_waited_is_logged_and_excused_too(
    application: Any, server: Server, pages: Pages, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def several(*_: Any) -> Any:
        raise ZeroDivisionError("no such luck")

    monkeypatch.setattr(pages, "several", several)
    for _ in range(GROUP_PER_MINUTE - KEPT_FREE):
        await process(application, message=message(f"/ask zxcv {next(numbers)}", GROUP | {"id": -9}, **{"from": PERSON | {"id": next(numbers)}}))  # fmt: skip
    waiting = [message(f"/ask {text}", GROUP | {"id": -9}) for text in ("kaç kişi öldü?", "kim öldü?")]
    for body in waiting:
        await process(application, message=body)
    (due,) = [handler.callback for handler in application.handlers[0] if isinstance(handler, TypeHandler)]
    with caplog.at_level(logging.INFO):
        due.__self__.hurry()
        await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
    *_, apology = server.sent("sendMessage")
    assert "Bir sorun" in apology["text"]
    assert apology["reply_parameters"]["message_id"] == waiting[0]["message_id"]
    assert "what waited in chat -9 was not answered" in caplog.text
    assert "no such luck" in caplog.text
    assert "no updates" not in caplog.text


async def test_an_update_that_comes_twice_is_answered_once(application: Any, server: Server) -> None:
    update = Update.de_json({"update_id": 1, "message": message("timeline")}, application.bot)
    for _ in range(2):
        await application.update_processor.process_update(update, application.process_update(update))
    assert len(server.calls) == 1


def test_only_the_updates_that_are_handled_are_asked_for() -> None:
    assert sorted(UPDATES) == [
        "callback_query",
        "chosen_inline_result",
        "edited_message",
        "guest_message",
        "inline_query",
        "message",
        "my_chat_member",
    ]


@pytest.mark.parametrize(
    "text", ["/statement " + "9" * 5000, "x" * 4096, "\u202e\u0000\u200b", "🌹" * 2000, "<b>&", "/", "/@", "// /"]
)
async def test_odd_texts_are_answered_within_the_limits(
    application: Any, server: Server, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await process(application, message=message(text))
    (sent,) = server.sent("sendMessage")
    assert 0 < len(sent["text"]) <= 4096
    assert caplog.text == ""


def member(status: str) -> dict[str, Any]:
    return {"status": status, "user": PERSON, "is_anonymous": False, "can_be_edited": False} | dict.fromkeys(
        [
            "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
            "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
            "can_delete_stories",
        ],
        False,
    )  # fmt: skip


async def test_a_chosen_language_is_kept_and_answers_follow_it(
    application: Any, server: Server, storage: Storage
) -> None:
    await process(application, message=message("/language"))
    (offered,) = server.sent("sendMessage")
    assert [row[0]["callback_data"] for row in offered["reply_markup"]["inline_keyboard"]] == [
        "l:en",
        "l:az",
        "l:ru",
        "l:tr",
    ]
    await process(application, callback_query=pressed("l:az"))
    assert (await storage.chosen(PRIVATE["id"])).language == "az"
    await process(application, message=message("how many people died?"))
    assert "Bəyanata görə" in server.sent("sendMessage")[-1]["text"]


@pytest.mark.parametrize(("status", "chosen"), [("member", None), ("administrator", "az"), ("creator", "az")])
async def test_in_a_group_administrators_choose(
    application: Any, server: Server, storage: Storage, status: str, chosen: str | None
) -> None:
    server.member = member(status)
    own = message("…", GROUP) | {"message_id": 50}
    await process(application, callback_query=pressed("l:az", message=own))
    assert (await storage.chosen(GROUP["id"])).language == chosen
    assert len(server.sent("editMessageText")) == (chosen is not None)


async def test_a_member_chooses_nothing_even_when_it_cannot_be_told(
    application: Any, server: Server, storage: Storage
) -> None:
    server.member = member("member")
    server.refused = {"answerCallbackQuery": BadRequest("Query is too old")}
    own = message("…", GROUP) | {"message_id": 50}
    await process(application, callback_query=pressed("l:az", message=own))
    assert (await storage.chosen(GROUP["id"])).language is None


async def test_an_anonymous_administrator_chooses_too(application: Any, storage: Storage) -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    own = message("…", GROUP) | {"message_id": 50}
    await process(application, callback_query=pressed("l:ru", message=own) | {"from": anonymous})
    assert (await storage.chosen(GROUP["id"])).language == "ru"


async def test_the_language_moves_with_the_group(application: Any, storage: Storage) -> None:
    await storage.choose(-5, language="tr")
    old = {"id": -5, "type": "group", "title": "Group"}
    await process(application, message=message(None, old) | {"migrate_to_chat_id": -1005})
    assert (await storage.chosen(-1005)).language == "tr"


async def test_not_what_i_asked_offers_what_came_next_and_keeps_the_question(
    application: Any, server: Server, storage: Storage
) -> None:
    await process(application, message=message("how many people died?"))
    (sent,) = server.sent("sendMessage")
    button = sent["reply_markup"]["inline_keyboard"][-1][0]
    assert button["callback_data"].startswith("n:")
    own = message("…") | {"message_id": 1001}
    await process(application, callback_query=pressed(button["callback_data"], message=own))
    assert "not sure which" in server.sent("editMessageText")[0]["text"]
    assert [(e.question, e.nearest) for e in await storage.unanswered()] == [("how many people died?", "deaths")]


@pytest.mark.parametrize(
    ("edited", "kept"),
    [("how many were wounded?", [("how many were wounded?", "wounded")]), ("who gave the order?", []), ("/help", [])],
)
async def test_not_what_i_asked_is_about_the_question_as_it_is_now(
    application: Any, storage: Storage, edited: str, kept: list[tuple[str, str]]
) -> None:
    body = message("how many people died?")
    await process(application, message=body)
    await process(application, edited_message=body | {"text": edited, "edit_date": 2})
    own = message("…") | {"message_id": 1001}
    await process(application, callback_query=pressed("n:missing", message=own))
    assert [(e.question, e.nearest) for e in await storage.unanswered()] == kept


async def test_what_was_not_understood_is_kept_without_who_asked(application: Any, storage: Storage) -> None:
    await process(application, message=message("zxcv asdf qwer " + "x" * 300))
    (entry,) = await storage.unanswered()
    assert len(entry.question) == 200
    assert entry.outcome in ("unknown", "suggest")
