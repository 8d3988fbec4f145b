"""The statement's own words as a person reads them: whole, by paragraphs, in context, as a timeline, as figures.

Each page says where its words stand, whether they are a translation, and where the whole text is.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote as percent_encode

from bot.model import SOURCE_LANGUAGE, Knowledge, Language, Phrases, Quote
from bot.page import Block, Button, Page, Span, link_block, text_block

FRAGMENT_WORDS = 6
"""A text fragment of a link names the first and the last words of a quotation longer than twice this."""


class Source:
    """Composes what shows the statement of a knowledge base."""

    def __init__(self, knowledge: Knowledge, statement_url: str | None) -> None:
        """`statement_url` replaces the full-text links."""
        self._knowledge = knowledge
        self._statement = knowledge.statement
        self._statement_url = statement_url

    def whole(self, language: Language, shown: Language) -> Page:
        """The statement in the language `shown`, for a reader of `language`."""
        title, *paragraphs = self._statement.texts[shown]
        numbered = (Block((Span(f"{n}. ", bold=True), Span(text))) for n, text in enumerate(paragraphs, 1))
        blocks = (text_block(title, bold=True), *numbered, *self.label(shown), self.full_text(language))
        return Page(blocks, self._other_text(language, shown, "s", "w"))

    def paragraph(self, number: int, language: Language, shown: Language) -> Page:
        """Paragraph `number`, from 0, in the language `shown`, for a reader of `language`."""
        phrases, paragraphs = self._knowledge.phrases[language], self._statement.texts[shown]
        kind = "p" if shown == language else "o"
        steps = [
            Button(text, f"{kind}:{target}")
            for text, target in ((f"‹ {phrases.previous}", number - 1), (f"{phrases.next} ›", number + 1))
            if 0 <= target < len(paragraphs)
        ]
        heading = text_block(f"{phrases.statement_heading}, {self._place(number, language)}", bold=True)
        quotation = Block((Span(paragraphs[number]),), quotation=True)
        other = self._other_text(language, shown, f"p:{number}", f"o:{number}")
        buttons = (tuple(steps), *other, (Button(phrases.whole_text, "a"),))
        return Page((heading, quotation, *self.label(shown), self.full_text(language)), buttons)

    def in_context(self, quotes: Sequence[Quote], language: Language) -> tuple[Block, ...]:
        """The paragraphs of `quotes`, once each, with the quotations marked."""
        blocks: list[Block] = []
        for number in dict.fromkeys(quote.paragraph for quote in quotes):
            here = [quote for quote in quotes if quote.paragraph == number]
            longest_first = sorted((quote.text[language] for quote in here), key=len, reverse=True)
            pieces = re.split(f"({'|'.join(map(re.escape, longest_first))})", self._statement.texts[language][number])
            blocks += [
                Block(tuple(Span(t, bold=i % 2 == 1) for i, t in enumerate(pieces) if t), quotation=True),
                *self.label(language),
                *self.original(self._statement.paragraphs[number], language),
                self.place(here[0], language),
            ]
        return tuple(blocks)

    def timeline(self, language: Language) -> Page:
        """The dates in order."""
        blocks = [text_block(self._knowledge.phrases[language].timeline_heading, bold=True)]
        for event in self._knowledge.timeline:
            note = f" ({event.note[language]})" if event.note else ""
            when = [Span(self._knowledge.facts[event.fact].display[language], bold=True)] if event.fact else []
            words = quoted(event.text[language], self._knowledge.phrases[language])
            blocks.append(Block((*when, Span(f"{note}\n{words} – {self._place(event.paragraph, language)}"))))
        return Page((*blocks, *self.label(language), self.full_text(language)))

    def figures(self, language: Language) -> Page:
        """The figures, each above what it counts."""
        figures = (fact for fact in self._knowledge.facts.values() if fact.kind != "date")
        lines = [
            Block(
                (
                    Span(f.display[language], bold=True),
                    Span(f"\n{f.label[language]} ({self._place(f.paragraph, language)})"),
                )
            )
            for f in figures
        ]
        heading = text_block(self._knowledge.phrases[language].figures_heading, bold=True)
        return Page((heading, *lines, *self.label(language), self.full_text(language)))

    def label(self, language: Language) -> tuple[Block, ...]:
        """What a text in `language` must be labelled with, if it is a translation."""
        if language == SOURCE_LANGUAGE:
            return ()
        return (text_block(f"({self._knowledge.phrases[language].translation_label})"),)

    def labelled(self, quote: Quote, language: Language) -> str:
        """The words of `quote`, and that they are a translation if they are."""
        return " ".join([quote.text[language], *(block.text for block in self.label(language))])

    def original(self, text: str, language: Language) -> tuple[Block, ...]:
        """The source's own words below their translation."""
        if language == SOURCE_LANGUAGE:
            return ()
        label = f"{self._knowledge.phrases[language].original_label}: "
        return (Block((Span(label, bold=True), Span(text)), quotation=True, folded=True),)

    def place(self, quote: Quote, language: Language) -> Block:
        """Where a quotation stands, with a link that opens the page at its words."""
        return Block((Span(f"{self.paragraph_of(quote, language)}. "), *self.full_text(language, quote).spans))

    def paragraph_of(self, quote: Quote, language: Language) -> str:
        """Where a quotation stands, in short."""
        return f"– {self._place(quote.paragraph, language)}"

    def full_text(self, language: Language, quote: Quote | None = None) -> Block:
        """The link to the whole text, which opens at `quote` where the page has its words, and says so where it is
        not in `language`."""
        links, phrases = self._statement.links, self._knowledge.phrases[language]
        own, original = self._statement_url or links.get(language), links[SOURCE_LANGUAGE]
        url = own or original
        words = quote.text[SOURCE_LANGUAGE] if quote and url == original else ""
        return link_block(phrases.full_text if own else phrases.full_text_original, url, text_fragment(words))

    def ministry(self, language: Language) -> Block:
        """The link to the site of the Ministry that issued the statement."""
        return link_block(self._knowledge.phrases[language].ministry_site, self._statement.ministry)

    def _place(self, paragraph: int, language: Language) -> str:
        phrases = self._knowledge.phrases[language]
        return phrases.paragraph.format(number=paragraph) if paragraph else phrases.title_line

    def _other_text(
        self, language: Language, shown: Language, own: str, original: str
    ) -> tuple[tuple[Button, ...], ...]:
        """The button from a translation to the original, or back."""
        phrases = self._knowledge.phrases[language]
        if language == SOURCE_LANGUAGE:
            return ()
        translated = shown == language
        return ((Button(*((phrases.original_label, original) if translated else (phrases.translation_label, own))),),)


def quoted(words: str, phrases: Phrases) -> str:
    """`words` in the quotation marks of a language; what they quote themselves gets those for within."""
    opening, closing, *within = phrases.quotation_marks
    return f"{opening}{words.translate(str.maketrans(opening + closing, ''.join(within)))}{closing}"


def text_fragment(words: str) -> str:
    """The part of a link that makes a browser open the page at `words` (https://wicg.github.io/scroll-to-text-fragment/)."""
    split = words.split()
    if len(split) > 2 * FRAGMENT_WORDS:
        ends = [" ".join(split[:FRAGMENT_WORDS]), " ".join(split[-FRAGMENT_WORDS:])]
    else:
        ends = [words]
    encoded = ",".join(percent_encode(end, safe="").replace("-", "%2D") for end in ends)
    return f"#:~:text={encoded}" if words else ""
