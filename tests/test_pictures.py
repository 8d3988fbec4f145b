from typing import Any

import pytest
from conftest import Server
from telegram.error import BadRequest, ChatMigrated
from test_handlers import GROUP, message, process

from bot.app import build_application, build_bot
from bot.buttons import Buttons
from bot.handlers import Handlers
from bot.inline import Inline
from bot.model import Knowledge
from bot.outbox import Room
from bot.pages import Pages
from bot.pictures import Pictures
from bot.storage import Storage

TOO_MUCH_FOR_A_CAPTION = "timeline"


@pytest.fixture
async def application(pages: Pages, knowledge: Knowledge, storage: Storage, server: Server) -> Any:
    handlers = Handlers(pages, storage, room := Room(), pictures=Pictures(knowledge, storage))
    bot = build_bot("42:token", "https://telegram.invalid", (server, server), room, storage)
    application = build_application(
        bot, handlers, Buttons(pages, storage, handlers), Inline(pages, storage, keeps_unanswered=True)
    )
    await application.initialize()
    yield application
    await application.shutdown()


async def test_a_card_is_uploaded_once_and_then_named_by_its_id(application: Any, server: Server) -> None:
    await process(application, message=message("/figures"))
    await process(application, message=message("/figures"))
    first, second = server.sent("sendPhoto")
    assert "photo" not in first  # uploaded beside the parameters
    assert second["photo"] == "file-1"
    assert "150" in first["caption"]
    assert first["caption"] == second["caption"]
    assert server.sent("sendMessage") == []


async def test_an_id_that_telegram_has_lost_is_replaced(application: Any, server: Server) -> None:
    await process(application, message=message("/figures"))
    server.failures.append(BadRequest("Wrong file identifier/HTTP URL specified"))
    await process(application, message=message("/figures"))
    await process(application, message=message("/figures"))
    assert [call.get("photo") for call in server.sent("sendPhoto")] == [None, "file-1", None, "file-2"]


async def test_a_group_that_forbids_pictures_gets_the_text(application: Any, server: Server) -> None:
    server.refused["sendPhoto"] = BadRequest("Not enough rights to send photos to the chat")
    await process(application, message=message("/timeline", GROUP))
    (sent,) = server.sent("sendMessage")
    assert "1990" in sent["text"]


@pytest.mark.parametrize(("chat", "texts"), [({}, 1), ({"chat": GROUP}, 0)])
async def test_a_text_too_long_for_a_caption_follows_in_private_and_not_in_a_group(
    application: Any, server: Server, chat: dict[str, Any], texts: int
) -> None:
    await process(application, message=message(f"/{TOO_MUCH_FOR_A_CAPTION}", **chat))
    (photo,) = server.sent("sendPhoto")
    assert "https://" in photo["caption"]
    assert len(server.sent("sendMessage")) == texts


async def test_a_card_quotes_the_question_as_a_text_does(application: Any, server: Server) -> None:
    asking = message("Hello all. Timeline?", GROUP)
    server.failures.append(BadRequest("QUOTE_TEXT_INVALID"))
    await process(application, message=message("/ask", GROUP, reply_to_message=asking))
    first, second = (photo["reply_parameters"] for photo in server.sent("sendPhoto"))
    assert first["quote"] == "Timeline?"
    assert second == {"message_id": asking["message_id"], "allow_sending_without_reply": True}


async def test_a_card_follows_a_group_that_has_moved(application: Any, server: Server) -> None:
    server.failures.append(ChatMigrated(-200))
    await process(application, message=message("/figures", GROUP))
    assert [photo["chat_id"] for photo in server.sent("sendPhoto")] == [GROUP["id"], -200]


async def test_a_card_is_in_the_language_of_the_question(application: Any, server: Server) -> None:
    await process(application, message=message("покажи хронологию"))
    (photo,) = server.sent("sendPhoto")
    assert "Хронология" in photo["caption"]
