"""What can be sent to a chat that the bot is not in: pages that say by themselves whose words they are.

Their readers have not asked and do not know which statement is meant, so each names it and links to its text; so does
what their buttons make of them. Anybody may press these, so they do no more than turn pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import count, takewhile
from textwrap import shorten

from bot.answering import Answer
from bot.model import Language, Outcome
from bot.normalise import words
from bot.page import Page, text_block
from bot.pages import SPEAKS, Pages

TITLE, DESCRIPTION = 100, 100
"""How many characters of an article are shown before it is chosen."""

PREFIX_FROM = 3
"""Letters from which the start of a word finds it, since a query is looked up while it is typed."""

_TURNING = ("i", "c", "p", "o", "s", "w")
"""Kinds of buttons that show other words of the statement: answers, contexts, paragraphs, originals."""

_WISHES = ("timeline", "figures", "statement")
"""Commands whose page can be offered."""


@dataclass(frozen=True)
class Article:
    """A message that can be chosen; `id` is at most 64 bytes, and unique and the same in every answer to a query."""

    id: str
    title: str
    description: str
    page: Page


@dataclass(frozen=True)
class Offer:
    """The articles for a query, most relevant first, in `language`.

    `understood`: whether they are about the query; `personal`: whether they depend on who asks.
    """

    articles: tuple[Article, ...]
    language: Language
    understood: bool
    personal: bool


class Articles:
    """Composes what other chats are sent; what does not depend on a question once, for it is looked up with each letter
    that is typed."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._article = cache(self._composed)
        self._words = cache(self._paragraph_words)
        self._titles = cache(self._title_words)

    def offer(self, query: str, own: Language) -> Offer:
        """What there is to choose from for `query`, which may be empty, of someone whose language is `own`."""
        answers = {language: self._pages.look_up(query, None, language) for language in self._pages.languages}
        answer = answers[own]
        begun = self.begun(answer)
        understood = answer.outcome not in (Outcome.UNKNOWN, Outcome.CHAT, Outcome.COMMAND)
        return Offer(
            tuple(self._ranked(answer, begun)),
            answer.language,
            understood=understood or bool(begun) or answer.command in _WISHES or not query.strip(),
            personal=any(replace(other, score=answer.score) != answer for other in answers.values()),
        )

    def reply(self, answer: Answer) -> Article:
        """The one reply to a question, which may be empty."""
        language, page = answer.language, self._pages.answer(answer)
        if answer.command in ("help", "language") or not words(answer.question):
            told = text_block(self._pages.phrases(language).guest_help)
            return _article("help", Page((told, self._pages.source.full_text(language))))
        return _article("answer", page if answer.outcome is Outcome.CHAT else self._attributed(page, language))

    def begun(self, answer: Answer) -> list[str]:
        """The intents whose title has all words of the question, of which the last may not be typed to its end; where
        it is and was answered, `answer` knows better."""
        *whole, last = words(answer.question, answer.language) or [""]
        found = [
            id_
            for id_, title in self._titles(answer.language).items()
            if title >= {*whole} and _has(title, last) and not (answer.intents and last in title)
        ]
        return sorted(found, key=lambda id_: id_ not in answer.parts)

    def pressed(self, data: str, own: Language) -> Page | None:
        """What a button below an article makes of it, or None if it is not, or no longer, one of these.

        `own` is the language of a button that does not say its own.
        """
        page = self._pages.pressed(data, own) if _turns(data) else None
        return page and self._attributed(page, self._pages.spoken(data, own))

    def _ranked(self, answer: Answer, begun: list[str]) -> Iterator[Article]:
        language = answer.language
        paragraphs = [f"p:{number}" for number in self._paragraphs(answer)]
        related = (
            [*answer.suggestions, *answer.next]
            if answer.outcome is Outcome.SUGGEST
            else [*answer.next, *answer.suggestions]
        )
        subjects = [*(intent.id for intent in answer.intents), *related]
        subjects = subjects or [*self._pages.knowledge.statement.topics]
        wished = {"timeline": ["timeline"], "figures": ["figures"], "statement": paragraphs}.get(
            answer.command or "", []
        )
        first = dict.fromkeys([*wished, *(f"i:{id_}" for id_ in begun)])
        rest = dict.fromkeys([*(f"i:{id_}" for id_ in subjects), "timeline", "figures", *paragraphs])
        yield from (self._article(id_, language) for id_ in first)
        yield from self._own_reply(answer)
        yield from (self._article(id_, language) for id_ in rest if id_ not in first)

    def _own_reply(self, answer: Answer) -> Iterator[Article]:
        """The reply to a query, where it is not just that of one subject."""
        language, page = answer.language, self._pages.answer(answer)
        if answer.outcome is Outcome.NOT_COVERED:
            says = self._pages.phrases(language).says(len(answer.suggestions))
            at = next(n for n, block in enumerate(page.blocks) if block.text.endswith(says))
            lead = text_block(page.blocks[at].text.removesuffix(says).rstrip())
            blocks = (*page.blocks[:at], lead, text_block(says), *page.blocks[at + 1 :])
        elif len(answer.intents) > 1 or (answer.intents and answer.subject):
            blocks = (text_block(answer.title, bold=True), *page.blocks)
        else:
            return
        yield _article("answer", self._attributed(Page(blocks, page.buttons), language))

    def _paragraphs(self, answer: Answer) -> Iterator[int]:
        """The paragraphs that are quoted, then those that have words of the question; all, where neither are any or the
        statement is wished for, and then first the one that is numbered."""
        language = answer.language
        texts, asked = self._words(language), words(answer.question, language)
        if answer.command == "statement":
            yield from sorted(range(len(texts)), key=lambda n: str(n) not in asked)
            return
        found = [{n for n, text in enumerate(texts) if _has(text, word)} for word in asked]
        telling = [numbers for numbers in found if len(numbers) < len(texts) / 2]  # others are words like "the"
        weights = {n: sum(1 / len(numbers) for numbers in telling if n in numbers) for n in range(len(texts))}
        some = [n for n in weights if weights[n]]
        yield from answer.paragraphs
        yield from sorted(some or weights, key=lambda n: -weights[n])

    def _paragraph_words(self, language: Language) -> list[set[str]]:
        pages = (self._pages.pressed(f"p:{number}", language) for number in count())
        return [set(words(page.blocks[1].text, language)) for page in takewhile(bool, pages) if page]

    def _title_words(self, language: Language) -> dict[str, set[str]]:
        intents = self._pages.knowledge.intents.values()
        return {intent.id: set(words(intent.texts[language].title, language)) for intent in intents}

    def _composed(self, id_: str, language: Language) -> Article:
        """The article of a button's data or of a command."""
        return _article(id_, self._attributed(self._page(id_, language), language))

    def _page(self, id_: str, language: Language) -> Page:
        if ":" not in id_:
            return self._pages.command(id_, language)
        page = self._pages.pressed(id_, language)
        if page is None:
            raise KeyError(id_)
        return page

    def _attributed(self, page: Page, language: Language) -> Page:
        """`page` with what it lacks to be understood alone: a link to the full text, and the statement's name.

        Of its buttons it keeps those that anybody may press.
        """
        heading = self._page("p:0", language).blocks[1].text
        linked = any(span.url for block in page.blocks for span in block.spans)
        named = any(heading in block.text for block in page.blocks)
        name = () if named else (text_block(heading.replace("\n", ", ")),)
        link = () if linked else (self._pages.source.full_text(language),)
        rows = (tuple(button for button in row if _turns(button.data)) for row in page.buttons)
        return Page((*page.blocks, *link, *name), tuple(row for row in rows if row))


def _article(id_: str, page: Page) -> Article:
    heading, *rest = page.blocks
    told = [block for block in rest if block.quotation] or rest
    return Article(id_, _short(heading.text, TITLE), _short(" ".join(b.text for b in told), DESCRIPTION), page)


def _turns(data: str) -> bool:
    return data.partition(":")[0].partition(SPEAKS)[0] in _TURNING


def _short(text: str, most: int) -> str:
    return shorten(text, most, placeholder="…", break_on_hyphens=False)


def _has(text: set[str], word: str) -> bool:
    if word.isdecimal():
        return word in text
    return len(word) >= PREFIX_FROM and any(other.startswith(word) for other in text)
