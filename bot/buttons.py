"""Pressed buttons: the message they belong to becomes what they promise. Everything needed is in the button itself, so
that one works on a message months old, after a restart, and on another replica."""

import logging
from collections.abc import Hashable
from contextlib import suppress
from datetime import UTC, datetime

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import NetworkError, TelegramError

from bot.articles import Articles
from bot.choices import CHANGES
from bot.handlers import Handlers
from bot.manners import NOTHING_CHOSEN
from bot.model import Language, Phrases
from bot.outbox import Place
from bot.page import Page
from bot.pages import Pages
from bot.posting import Context, Target, edit, edit_elsewhere, place_of, send
from bot.recent import Recent
from bot.said import REPEAT_SECONDS
from bot.speaking import now
from bot.storage import Storage

_LOG = logging.getLogger(__name__)

ANONYMOUS_ADMINISTRATOR = 1087968824
"""The account that stands for every anonymous administrator (https://core.telegram.org/bots/api#message)."""

AT_ONCE_SECONDS = 5.0
"""Within this, whoever presses a button that somebody has pressed has not yet seen what that did."""


class Buttons:
    """The bot's reactions to buttons. They remember for a moment what was shown where: many press at once."""

    def __init__(self, pages: Pages, storage: Storage, handlers: Handlers) -> None:
        self._pages = pages
        self._articles = Articles(pages)
        self._storage = storage
        self._handlers = handlers
        self._shown: Recent[Hashable, tuple[int, float]] = Recent()
        """The hash of the page that was last shown there, and when."""

    async def on_button(self, update: Update, context: Context) -> None:
        """A pressed button."""
        query = update.callback_query
        if query is None:
            return
        if query.inline_message_id is not None:
            await self._elsewhere(query, query.inline_message_id, context)
            return
        data, message = query.data or "", query.message
        chosen = await self._storage.chosen(message.chat.id) if message else NOTHING_CHOSEN
        own = self._pages.language(query.from_user.language_code)
        phrases = self._pages.phrases(language := chosen.language or own)
        compact = message is not None and message.chat.type != ChatType.PRIVATE and not chosen.full
        page = self._pages.pressed(data, language, compact=compact)
        again = page is not None and message is not None and self._is_shown(_where(message, page), page)
        refusal = None if again else await self._refusal(query, page, context, phrases)
        if again and page is not None and page.anew:
            refusal = phrases.sent_already
        await _confirm(query, refusal)
        if message is None or refusal is not None or again:
            return
        if data in CHANGES:
            page = await self._changed(message.chat.id, data, own)
        if page is None:
            return
        question = self._handlers.asked.pop((message.chat.id, message.message_id)) if data.startswith("n:") else None
        if question is not None:
            await self._storage.keep_unanswered(question, datetime.now(UTC).date())
        if not page.anew:
            self._handlers.on_pressed(_place(message), message.message_id, query.from_user.id, data)
        if page.anew or not await edit(context.bot, message.chat.id, message.message_id, page):
            await send(context.bot, Target(_place(message), message.message_id), page)
        self._note(_where(message, page), page)

    async def _elsewhere(self, query: CallbackQuery, inline_message: str, context: Context) -> None:
        """A button below what somebody has sent to a chat that the bot is not in."""
        language = self._pages.language(query.from_user.language_code)
        page = self._articles.pressed(query.data or "", language)
        await _confirm(query, None if page else self._pages.phrases(language).stale_button)
        if page is not None and not self._is_shown(inline_message, page):
            await edit_elsewhere(context.bot, inline_message, page)
            self._note(inline_message, page)

    def _is_shown(self, where: Hashable, page: Page) -> bool:
        """Whether `page` is what was last shown there, and that was a moment ago."""
        shown, when = self._shown.get(where) or (None, 0.0)
        return shown == hash(page) and now() - when < (REPEAT_SECONDS if page.anew else AT_ONCE_SECONDS)

    def _note(self, where: Hashable, page: Page) -> None:
        self._shown.put(where, (hash(page), now()))

    async def _refusal(self, query: CallbackQuery, page: Page | None, context: Context, phrases: Phrases) -> str | None:
        """Why the button does not do what it promises; None where it does."""
        message, changes = query.message, query.data in CHANGES
        if message is None or (page is None and not changes):
            return phrases.stale_button
        if changes and not await _may_choose(query, context):
            return phrases.administrators_only
        if page and not self._handlers.may_press(message.chat.id, query.from_user.id, anew=page.anew):
            return phrases.too_many
        return None

    async def _changed(self, chat: int, data: str, own: Language) -> Page:
        """Change what `chat` has chosen as the button says, and show what it has chosen then; `own` is the language of
        whoever pressed."""
        kept = await self._storage.choose(chat, **CHANGES[data])
        chosen = await self._storage.chosen(chat)
        return self._pages.choices.changed(data, chosen, chosen.language or own, kept=kept)


def _place(message: MaybeInaccessibleMessage) -> Place:
    return place_of(message) if isinstance(message, Message) else Place(message.chat.id)


def _where(message: MaybeInaccessibleMessage, page: Page) -> Hashable:
    """Where a button of `message` shows `page`: in its stead; or anew, and then in a group once for all."""
    place = _place(message)
    return place if page.anew and place.is_group else (message.chat.id, message.message_id, page.anew)


async def _confirm(query: CallbackQuery, refusal: str | None) -> None:
    with suppress(NetworkError):  # pressed too long ago to be told of, or not told; what it does is done all the same
        await query.answer(refusal, show_alert=refusal is not None)


async def _may_choose(query: CallbackQuery, context: Context) -> bool:
    """Whether whoever pressed may choose for the chat: in private anyone, elsewhere administrators, anonymous too.

    Where Telegram does not tell, nobody may.
    """
    message = query.message
    if message is None or message.chat.type == ChatType.PRIVATE or query.from_user.id == ANONYMOUS_ADMINISTRATOR:
        return True
    try:
        member = await context.bot.get_chat_member(message.chat.id, query.from_user.id)
    except TelegramError as error:
        _LOG.info("who administers chat %s is not told: %s", message.chat.id, error)
        return False
    return member.status in (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)
