"""What Telegram brings → what the bot sends back: reads, asks, replies, and decides nothing about the answer."""

import logging
import re
from collections import OrderedDict
from contextlib import suppress

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, MessageEntity, ReplyParameters, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError
from telegram.ext import ContextTypes

from bot.model import Language
from bot.pages import COMMANDS, Page, Pages
from bot.rendering import messages
from bot.telegram_io import remember

_LOG = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE
MENTIONS: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]


class Handlers:
    """The bot's reactions. They remember nothing but which of the bot's messages answered which message."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._answers: OrderedDict[tuple[int, int], int] = OrderedDict()

    async def on_message(self, update: Update, context: Context) -> None:
        """A new message: a question or a command."""
        message = update.effective_message
        if message is None:
            return
        page = self._page(message, context.bot.username, context.bot.id)
        if page is not None:
            sent = await self._reply(message, page)
            remember(self._answers, (message.chat.id, message.message_id), lambda: sent.message_id)

    async def on_edit(self, update: Update, context: Context) -> None:
        """An edited message: its answer is edited too, if it has one."""
        message = update.effective_message
        if message is None:
            return
        answer = self._answers.get((message.chat.id, message.message_id))
        page = self._page(message, context.bot.username, context.bot.id)
        if answer is None or page is None:
            return
        if not await self._edit(context, message.chat.id, answer, page):
            await self._reply(message, page)

    async def on_button(self, update: Update, context: Context) -> None:
        """A pressed button: the message it belongs to becomes what the button promises."""
        query = update.callback_query
        if query is None:
            return
        language = self._language(update)
        page = self._pages.pressed(query.data or "", language)
        if page is None or query.message is None:
            with suppress(BadRequest):  # too long ago for an answer
                await query.answer(self._pages.phrases(language).stale_button, show_alert=True)
            return
        with suppress(BadRequest):
            await query.answer()
        message = query.message
        if page.anew or not await self._edit(context, message.chat.id, message.message_id, page):
            topic = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
            await self._send(context, message.chat.id, message.message_id, topic, page)

    async def on_other(self, update: Update, _: Context) -> None:
        """A message without words, in a private chat."""
        if update.effective_message is not None:
            await update.effective_message.reply_html(self._pages.phrases(self._language(update)).text_only)

    async def on_error(self, update: object, context: Context) -> None:
        """Whatever went wrong anywhere: the operator gets the details, the person a short apology."""
        error = context.error
        if isinstance(error, Conflict):
            _LOG.error("another process answers with this token; stop it, or this bot answers only some messages")
        elif update is None:
            _LOG.info("no updates for the moment: %s", error)
        elif isinstance(error, Forbidden):
            _LOG.info("not allowed to write there: %s", error)
        elif isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            _LOG.warning("not sent, and not sent again in case it was: %s", error)
        else:
            number = update.update_id if isinstance(update, Update) else None
            _LOG.error("update %s was not answered", number, exc_info=error)
            if isinstance(update, Update) and update.effective_message is not None:
                await update.effective_message.reply_html(self._pages.phrases(self._language(update)).error)

    def _page(self, message: Message, name: str, bot: int) -> Page | None:
        """What to reply to `message`; None where it is not for this bot, whose username and id are given."""
        text = message.text or message.caption or ""
        if message.via_bot or (message.from_user and message.from_user.is_bot and not message.sender_chat):
            return None
        language = self._pages.language(message.from_user.language_code if message.from_user else None)
        private = message.chat.type == ChatType.PRIVATE
        if text.startswith("/"):
            command, argument = (*text[1:].split(maxsplit=1), "", "")[:2]
            command, _, addressee = command.partition("@")
            mine = addressee.casefold() == name.casefold() if addressee else private or command in COMMANDS
            return self._pages.command(command.casefold(), language, argument.strip()) if mine else None
        if not private:
            if not _addressed(message, name, bot):
                return None
            text = re.sub(rf"@{name}\b", " ", text, flags=re.IGNORECASE)
        return self._pages.question(text, language)

    async def _reply(self, message: Message, page: Page) -> Message:
        """Send `page`, quoting the question in a group; returns the last message sent."""
        *first, last = messages(page)
        quoting = message.chat.type != ChatType.PRIVATE
        for text in first:
            await message.reply_html(text, do_quote=quoting)
        return await message.reply_html(last, do_quote=quoting, reply_markup=_keyboard(page))

    async def _edit(self, context: Context, chat: int, number: int, page: Page) -> bool:
        """Make the bot's message `number` in `chat` show `page`; False where that needs a message of its own."""
        text, *more = messages(page)
        if more:
            return False
        try:
            await context.bot.edit_message_text(text, chat, number, reply_markup=_keyboard(page))
        except BadRequest as error:
            return "not modified" in error.message
        return True

    async def _send(self, context: Context, chat: int, answered: int, topic: int | None, page: Page) -> None:
        """Send `page` as a message of its own, below the message `answered`."""
        *first, last = messages(page)
        reply = ReplyParameters(answered, allow_sending_without_reply=True)
        for text in first:
            await context.bot.send_message(chat, text, reply_parameters=reply, message_thread_id=topic)
        await context.bot.send_message(
            chat, last, reply_parameters=reply, message_thread_id=topic, reply_markup=_keyboard(page)
        )

    def _language(self, update: Update) -> Language:
        user = update.effective_user
        return self._pages.language(user.language_code if user else None)


def _addressed(message: Message, name: str, bot: int) -> bool:
    """Whether a message in a group replies to the bot or mentions it."""
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == bot:
        return True
    found = {**message.parse_entities(MENTIONS), **message.parse_caption_entities(MENTIONS)}
    return any(
        entity.user.id == bot if entity.user else text.casefold() == f"@{name}".casefold()
        for entity, text in found.items()
    )


def _keyboard(page: Page) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(button.text, callback_data=button.data) for button in row] for row in page.buttons]
    return InlineKeyboardMarkup(rows) if rows else None
