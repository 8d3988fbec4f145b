"""Asked by its name in another chat: inline queries, whose answer is chosen, and guest messages, which are answered."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.error import BadRequest

from bot.addressing import read_guest
from bot.articles import Article, Articles
from bot.learning import entry, is_unanswered
from bot.pages import Pages
from bot.posting import Context, keyboard
from bot.recent import Recent
from bot.rendering import single
from bot.storage import Storage, Unanswered

_LOG = logging.getLogger(__name__)

PAGE_SIZE = 10
"""How many articles are brought at once; Telegram takes 50 at most."""

CACHE_SECONDS = 300
"""For how long Telegram may give the same answer again: the statement does not change, the bot does now and then."""

START = "inline"
"""What /start in the private chat is given by someone who comes from another chat."""

_TOO_LATE = ("query is too old", "query_id_invalid")
"""What Telegram says, in lower case, where nobody waits for the answer any more."""


class Inline:
    """The bot's reactions in chats that it is not in. They remember which guest messages have had their answer."""

    def __init__(self, pages: Pages, storage: Storage, *, keeps_unanswered: bool = False) -> None:
        """`keeps_unanswered`: whether questions that were not understood are kept, without who asked them."""
        self._storage = storage
        self._keeps_unanswered = keeps_unanswered
        self._pages = pages
        self._articles = Articles(pages)
        self._answered: Recent[str, None] = Recent()

    async def on_inline(self, update: Update, _: Context) -> None:
        """A query that is being typed: a page of articles to choose from."""
        query = update.inline_query
        if query is None:
            return
        offer = self._articles.offer(query.query, self._pages.language(query.from_user.language_code))
        starts = {str(number or ""): number for number in range(0, len(offer.articles), PAGE_SIZE)}
        start = starts.get(query.offset, len(offer.articles))  # an offset of another's is the end
        following = str(start + PAGE_SIZE)
        phrases = self._pages.phrases(offer.language)
        button = InlineQueryResultsButton(phrases.ask_privately, start_parameter=START)
        with _in_time():
            await query.answer(
                [_result(article) for article in offer.articles[start : start + PAGE_SIZE]],
                cache_time=CACHE_SECONDS,
                is_personal=offer.personal,
                next_offset=following if following in starts else None,  # the library makes "[]" of ""
                button=None if offer.understood else button,
            )

    async def on_guest(self, update: Update, context: Context) -> None:
        """A message that mentions the bot in a chat it has not joined: one answer, and never another."""
        message = update.guest_message
        asked = read_guest(message, context.bot.username, context.bot.id) if message else None
        if message is None or asked is None or not message.guest_query_id or message.guest_query_id in self._answered:
            return
        self._answered.put(message.guest_query_id, None)
        language = self._pages.language(message.from_user.language_code if message.from_user else None)
        answer = self._pages.look_up(asked.text, None, language)
        with _in_time():
            await message.answer_guest_query(_result(self._articles.reply(answer)))
        if is_unanswered(answer):
            await self._keep(entry(answer))

    async def on_chosen(self, update: Update, _: Context) -> None:
        """An article that was sent: what was typed to find it is kept, if it was not understood and this is known to
        be what was meant. Of all else that is typed nothing is, as most of it is not typed to its end."""
        chosen = update.chosen_inline_result
        if chosen is None or not self._keeps_unanswered or not chosen.result_id.startswith("i:"):
            return
        answer = self._pages.look_up(chosen.query, None, self._pages.language(chosen.from_user.language_code))
        if is_unanswered(answer) and not self._articles.begun(answer):
            await self._keep(replace(entry(answer), nearest=chosen.result_id.removeprefix("i:")))

    async def _keep(self, entry: Unanswered) -> None:
        if self._keeps_unanswered:
            await self._storage.keep_unanswered(entry, datetime.now(UTC).date())


def _result(article: Article) -> InlineQueryResultArticle:
    content = InputTextMessageContent(single(article.page))
    return InlineQueryResultArticle(
        article.id, article.title, content, keyboard(article.page), description=article.description
    )


@contextmanager
def _in_time() -> Iterator[None]:
    """Answering may come too late, which nobody need be told of."""
    try:
        yield
    except BadRequest as error:
        if not any(said in error.message.casefold() for said in _TOO_LATE):
            raise
        _LOG.info("answered too late: %s", error.message)
