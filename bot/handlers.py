"""What Telegram brings → what the bot sends back: reads, asks, replies, and decides nothing about the answer."""

import logging
import re
from collections import OrderedDict
from contextlib import suppress
from datetime import UTC, datetime

from telegram import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError
from telegram.ext import ContextTypes

from bot.answering import Answer
from bot.model import LANGUAGES, Language, Outcome
from bot.pages import COMMANDS, Page, Pages
from bot.rendering import messages
from bot.storage import Storage, Unanswered
from bot.telegram_io import remember

_LOG = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE
ANONYMOUS_ADMINISTRATOR = 1087968824
"""The account that stands for every anonymous administrator (https://core.telegram.org/bots/api#message)."""

MENTIONS: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]


class Handlers:
    """The bot's reactions. They remember which of the bot's messages answered which message, and with the operator's
    consent the question, until somebody says that it was not understood."""

    def __init__(self, pages: Pages, storage: Storage, *, keeps_unanswered: bool) -> None:
        """`keeps_unanswered`: whether questions that were not understood are kept, without who asked them."""
        self._pages = pages
        self._storage = storage
        self._keeps_unanswered = keeps_unanswered
        self._answers: OrderedDict[tuple[int, int], int] = OrderedDict()
        self._asked: OrderedDict[tuple[int, int], Unanswered] = OrderedDict()

    async def on_message(self, update: Update, context: Context) -> None:
        """A new message: a question or a command."""
        message = update.effective_message
        if message is None:
            return
        reply = await self._answer(message, context.bot.username, context.bot.id)
        if reply is not None:
            page, question = reply
            sent = await self._reply(message, page)
            remember(self._answers, (message.chat.id, message.message_id), lambda: sent.message_id)
            if question is not None and self._keeps_unanswered:
                await self._learn(question, (sent.chat.id, sent.message_id))

    async def on_edit(self, update: Update, context: Context) -> None:
        """An edited message: its answer is edited too, if it has one."""
        message = update.effective_message
        if message is None:
            return
        answer = self._answers.get((message.chat.id, message.message_id))
        reply = await self._answer(message, context.bot.username, context.bot.id) if answer is not None else None
        if answer is None or reply is None:
            return
        if not await self._edit(context, message.chat.id, answer, reply[0]):
            await self._reply(message, reply[0])

    async def on_button(self, update: Update, context: Context) -> None:
        """A pressed button: the message it belongs to becomes what the button promises."""
        query = update.callback_query
        if query is None:
            return
        language = await self._language(update)
        data, message = query.data or "", query.message
        chosen: Language | None = next((code for code in LANGUAGES if data == f"l:{code}"), None)
        page = self._pages.pressed(data, language)
        refusal = None
        if message is None or (page is None and chosen is None):
            refusal = self._pages.phrases(language).stale_button
        elif chosen is not None and not await _may_choose(query, context):
            refusal = self._pages.phrases(language).administrators_only
        with suppress(BadRequest):  # pressed too long ago to be told of
            await query.answer(refusal, show_alert=refusal is not None)
        if message is None or refusal is not None:
            return
        if chosen is not None:
            page = self._pages.language_chosen(chosen, kept=await self._storage.choose(message.chat.id, chosen))
        if page is None:
            return
        if data.startswith("n:") and (question := self._asked.pop((message.chat.id, message.message_id), None)):
            await self._storage.keep_unanswered(question, datetime.now(UTC).date())
        if page.anew or not await self._edit(context, message.chat.id, message.message_id, page):
            topic = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
            await self._send(context, message.chat.id, message.message_id, topic, page)

    async def on_migration(self, update: Update, _: Context) -> None:
        """A group that Telegram has made a supergroup: what it has chosen goes along."""
        message = update.effective_message
        if message is not None and message.migrate_to_chat_id is not None:
            await self._storage.move(message.chat.id, message.migrate_to_chat_id)

    async def on_other(self, update: Update, _: Context) -> None:
        """A message without words, in a private chat."""
        if update.effective_message is not None:
            await update.effective_message.reply_html(self._pages.phrases(await self._language(update)).text_only)

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
                await update.effective_message.reply_html(self._pages.phrases(await self._language(update)).error)

    async def _answer(self, message: Message, name: str, bot: int) -> tuple[Page, Answer | None] | None:
        """What to reply to `message`, and the answer if it was a question; None where it is not for this bot, whose
        username and id are given."""
        text = message.text or message.caption or ""
        if message.via_bot or (message.from_user and message.from_user.is_bot and not message.sender_chat):
            return None
        private = message.chat.type == ChatType.PRIVATE
        command, argument = (*text[1:].split(maxsplit=1), "", "")[:2] if text.startswith("/") else ("", text)
        command, _, addressee = command.casefold().partition("@")
        if text.startswith("/"):
            if addressee != name.casefold() if addressee else not private and command not in COMMANDS:
                return None
        elif not private:
            if not _addressed(message, name, bot):
                return None
            argument = re.sub(rf"@{name}\b", " ", text, flags=re.IGNORECASE)
        chosen = await self._storage.language(message.chat.id)
        own = self._pages.language(message.from_user.language_code if message.from_user else None)
        if text.startswith("/") and (command != "ask" or not argument):
            return self._pages.command(command, chosen or own, argument.strip()), None
        if not argument.strip():
            return self._pages.command("help", chosen or own), None
        answer = self._pages.look_up(argument, chosen, own)
        return self._pages.answer(answer), answer

    async def _learn(self, answer: Answer, sent: tuple[int, int]) -> None:
        """Keep a question that was not understood, or remember it until somebody says that it was not."""
        nearest = answer.intents[0].id if answer.intents else next(iter(answer.suggestions), None)
        entry = Unanswered(answer.language, answer.question, answer.outcome, nearest)
        if answer.outcome in (Outcome.UNKNOWN, Outcome.SUGGEST):
            await self._storage.keep_unanswered(entry, datetime.now(UTC).date())
        elif answer.outcome is Outcome.ANSWER:
            remember(self._asked, sent, lambda: entry)

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

    async def _language(self, update: Update) -> Language:
        chat, user = update.effective_chat, update.effective_user
        chosen = await self._storage.language(chat.id) if chat else None
        return chosen or self._pages.language(user.language_code if user else None)


async def _may_choose(query: CallbackQuery, context: Context) -> bool:
    """Whether whoever pressed may choose for the chat: in private anyone, elsewhere administrators, anonymous too."""
    message = query.message
    if message is None or message.chat.type == ChatType.PRIVATE or query.from_user.id == ANONYMOUS_ADMINISTRATOR:
        return True
    member = await context.bot.get_chat_member(message.chat.id, query.from_user.id)
    return member.status in (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


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
