"""`Page` → Telegram's calls: sends and edits messages, and knows what to do where Telegram refuses.

Decides nothing about what is said.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
    SwitchInlineQueryChosenChat,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError
from telegram.ext import ContextTypes, ExtBot

from bot.outbox import Place
from bot.page import Button, Page
from bot.rendering import messages, single

_LOG = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE
Sender = ExtBot[Any]

_MAY_NOT_WRITE = (
    "not enough rights",
    "no rights to send",
    "write_forbidden",
    "send_plain_forbidden",
    "topic_closed",
    "topic_deleted",
    "thread not found",
    "chat not found",
    "chat_restricted",
)
"""What Telegram says, in lower case, where the bot may not write, or there is no such place any more."""


@dataclass(frozen=True)
class Target:
    """Where a message goes, as a reply to the message `answered` or the part `quote` of it."""

    place: Place
    answered: int | None = None
    quote: str | None = None
    pointing: bool = False
    """Whether the message makes no sense where the one that it replies to is gone: then it is not sent."""


def place_of(message: Message) -> Place:
    """Where a reply to `message` goes. The General topic has no number that may be sent."""
    if message.is_topic_message:
        return Place(message.chat.id, topic=message.message_thread_id)
    return Place(message.chat.id, thread=message.message_thread_id)


async def send(bot: Sender, target: Target, page: Page) -> Message:
    """Send `page` to `target`; returns the last message. Raises TelegramError."""
    *first, last = messages(page)
    for text in first:
        await post(bot.send_message, target, text=text)
    return await post(bot.send_message, target, text=last, reply_markup=keyboard(page))


async def post(call: Callable[..., Awaitable[Message]], target: Target, **content: Any) -> Message:
    """Make the `call` that sends `content` to `target`: also where the chat has moved to, and without a quotation that
    is no longer in the message. Raises TelegramError."""
    reply = None
    if target.answered is not None:
        # the bot's default would read the signs of a quotation as HTML
        reply = ReplyParameters(
            target.answered, allow_sending_without_reply=not target.pointing, quote=target.quote, quote_parse_mode=None
        )
    try:
        return await call(
            chat_id=target.place.chat,
            message_thread_id=target.place.topic,
            reply_parameters=reply,
            **content,
        )
    except ChatMigrated as error:  # the numbers of its messages are others there
        return await post(call, Target(Place(error.new_chat_id)), **content)
    except BadRequest as error:
        if target.quote is None or "quote" not in error.message.casefold():
            raise
        _LOG.info("the quotation is no longer in the message: %s", error)
        return await post(call, replace(target, quote=None), **content)


async def edit(bot: Sender, chat: int, number: int, page: Page) -> bool:
    """Make the bot's message `number` in `chat` show `page`; False where that needs a message of its own."""
    text, *more = messages(page)
    if more:
        return False
    try:
        await bot.edit_message_text(text, chat, number, reply_markup=keyboard(page))
    except BadRequest as error:
        return "not modified" in error.message
    return True


async def edit_elsewhere(bot: Sender, inline_message: str, page: Page) -> None:
    """Make a message that was sent from the bot's articles show `page`, if it is still there."""
    try:
        await bot.edit_message_text(single(page), inline_message_id=inline_message, reply_markup=keyboard(page))
    except BadRequest as error:
        _LOG.info("a message in another chat stays as it is: %s", error)


async def has_channel(bot: Sender, chat: int) -> bool:
    """Whether the group `chat` has the comments of a channel, as far as Telegram tells."""
    try:
        return (await bot.get_chat(chat)).linked_chat_id is not None
    except TelegramError as error:
        _LOG.info("whether chat %s belongs to a channel is not told: %s", chat, error)
        return True


def may_not_write(error: Exception) -> bool:
    """Whether Telegram refuses because the bot may not write there, or there is no such place any more."""
    if isinstance(error, BadRequest):
        return any(said in error.message.casefold() for said in _MAY_NOT_WRITE)
    return isinstance(error, Forbidden)


def keyboard(page: Page) -> InlineKeyboardMarkup | None:
    """The buttons of `page`, if it has any."""
    rows = [[_button(button) for button in row] for row in page.buttons if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: Button) -> InlineKeyboardButton:
    if button.copy:
        return InlineKeyboardButton(button.text, copy_text=CopyTextButton(button.copy))
    if button.share:
        chosen = SwitchInlineQueryChosenChat(
            button.share, allow_user_chats=True, allow_group_chats=True, allow_channel_chats=True
        )
        return InlineKeyboardButton(button.text, switch_inline_query_chosen_chat=chosen)
    return InlineKeyboardButton(button.text, callback_data=button.data)
