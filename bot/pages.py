"""What a person reads, before it has a form: blocks of text and buttons, in the reader's language.

Everything the bot says is composed here, from the knowledge base alone; `rendering` and `terminal` give it a form.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote as percent_encode

from bot.answering import Answer, Answerer
from bot.model import SOURCE_LANGUAGE, Intent, Language, Outcome, Phrases, Quote

COMMANDS = ("start", "help", "ask", "statement", "timeline", "figures", "about", "privacy")

FRAGMENT_WORDS = 6
"""A text fragment of a link names the first and the last words of a quotation longer than twice this."""


@dataclass(frozen=True)
class Span:
    """A run of text, perhaps bold or a link."""

    text: str
    bold: bool = False
    url: str | None = None


@dataclass(frozen=True)
class Block:
    """A paragraph of a page: a quotation, or the bot's own words."""

    spans: tuple[Span, ...]
    quotation: bool = False

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Button:
    """`data` is what `Pages.pressed` understands."""

    text: str
    data: str


@dataclass(frozen=True)
class Page:
    """One reply."""

    blocks: tuple[Block, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()


def text_block(text: str, *, bold: bool = False) -> Block:
    """A block of the bot's own words."""
    return Block((Span(text, bold),))


class Pages:
    """Composes every reply of the bot from a knowledge base."""

    def __init__(self, answerer: Answerer, statement_url: str | None = None) -> None:
        """`statement_url` replaces the full-text links of the knowledge base."""
        self._answerer = answerer
        self._knowledge = answerer.knowledge
        self._statement_url = statement_url

    def phrases(self, language: Language) -> Phrases:
        """The bot's single texts in `language`."""
        return self._knowledge.phrases[language]

    def language(self, tag: str | None) -> Language:
        """The complete language that an IETF tag such as "az-Latn" asks for, else the statement's own."""
        code = (tag or "").partition("-")[0].casefold()
        return next((language for language in self._knowledge.phrases if language == code), SOURCE_LANGUAGE)

    def question(self, text: str, language: Language) -> Page:
        """The reply to a question as it was typed; `language` where the question itself does not tell."""
        return self.answer(self._answerer.answer(text)) if text.strip() else self.command("help", language)

    def answer(self, answer: Answer) -> Page:
        """The reply to a question that has been looked up."""
        if answer.command is not None:
            return self.command(answer.command, answer.language)
        phrases = self.phrases(answer.language)
        match answer.outcome:
            case Outcome.ANSWER:
                return self._passages(answer)
            case Outcome.NOT_COVERED:
                lead = self._knowledge.subjects[answer.subject or ""].texts[answer.language].reply
                return self._offer(f"{lead} {phrases.what_it_says}", answer)
            case Outcome.SUGGEST:
                return self._offer(phrases.did_you_mean, answer)
            case Outcome.CHAT if answer.talk == "thanks":
                return Page((text_block(phrases.thanks),))
            case Outcome.CHAT:
                return self._offer(phrases.greeting, answer)
        return self._offer(phrases.unknown, answer)

    def command(self, command: str, language: Language, argument: str = "") -> Page:
        """The reply to a command (without its slash) and what was typed after it."""
        phrases = self.phrases(language)
        match command:
            case "ask" if argument:
                return self.answer(self._answerer.answer(argument, language))
            case "ask":
                return Page((text_block(phrases.ask_usage),))
            case "statement" if argument:
                page = self.pressed(f"p:{argument}", language)
                last = len(self._knowledge.statement.paragraphs) - 1
                return page or Page((text_block(phrases.no_such_paragraph.format(last=last)),))
            case "statement":
                return self._whole_statement(language)
            case "timeline":
                return self._timeline(language)
            case "figures":
                return self._figures(language)
        return self._about_the_bot(command, language)

    def _about_the_bot(self, command: str, language: Language) -> Page:
        phrases = self.phrases(language)
        match command:
            case "start":
                return Page((text_block(phrases.start),), self._offered(self._knowledge.statement.topics, language))
            case "help":
                listed = "\n".join(f"/{name} – {text}" for name, text in phrases.commands.items())
                return Page((*map(text_block, phrases.help), text_block(listed)))
            case "about":
                return Page((*map(text_block, phrases.about), self._full_text(language)))
            case "privacy":
                return Page(tuple(map(text_block, phrases.privacy)))
        return Page((text_block(phrases.unknown_command),))

    def pressed(self, data: str, language: Language) -> Page | None:
        """The page that a button's `data` leads to, or None if it is not, or no longer, one of ours."""
        kind, _, name = data.partition(":")
        try:
            match kind:
                case "i":
                    answer = self._answerer.show(name, language)
                    page = self._passages(answer)
                    return replace(page, blocks=(text_block(answer.question, bold=True), *page.blocks))
                case "c":
                    return self._in_context(self._knowledge.intents[name], language)
                case "p" if name.isdecimal() and int(name) < len(self._knowledge.statement.paragraphs):
                    return self._paragraph(int(name), language)
                case "s":
                    return self._whole_statement(language)
        except KeyError:
            return None
        return None

    def _whole_statement(self, language: Language) -> Page:
        title, *paragraphs = self._knowledge.statement.paragraphs
        numbered = (Block((Span(f"{n}. ", bold=True), Span(text))) for n, text in enumerate(paragraphs, 1))
        return Page((text_block(title, bold=True), *numbered, self._full_text(language)))

    def _paragraph(self, number: int, language: Language) -> Page:
        phrases, paragraphs = self.phrases(language), self._knowledge.statement.paragraphs
        steps = [
            Button(text, f"p:{target}")
            for text, target in ((f"‹ {phrases.previous}", number - 1), (f"{phrases.next} ›", number + 1))
            if 0 <= target < len(paragraphs)
        ]
        heading = text_block(f"{phrases.statement_heading}, {self._place(number, language)}", bold=True)
        quotation = Block((Span(paragraphs[number]),), quotation=True)
        buttons = (tuple(steps), (Button(phrases.whole_text, "s"),))
        return Page((heading, quotation, self._full_text(language)), buttons)

    def _passages(self, answer: Answer) -> Page:
        language, intents = answer.language, answer.intents
        phrases = self.phrases(language)
        blocks = [self._lead(intent, language) for intent in intents]
        quotes = {quote.text[language]: quote for intent in intents for quote in intent.quotes}
        for quote in quotes.values():
            blocks += [Block((Span(quote.text[language]),), quotation=True), self._source(quote, language)]
        if answer.subject is not None:
            reply = self._knowledge.subjects[answer.subject].texts[language].reply
            blocks.append(text_block(f"{phrases.also_not_said} {reply}"))
        context = tuple(Button(phrases.in_context, f"c:{intent.id}") for intent in intents[:1])
        buttons = ((*context, Button(phrases.whole_text, "s")), *self._offered(answer.suggestions, language))
        return Page(tuple(blocks), buttons)

    def _in_context(self, intent: Intent, language: Language) -> Page:
        phrases = self.phrases(language)
        blocks = [text_block(intent.texts[language].title, bold=True)]
        for quote in intent.quotes:
            paragraph = self._knowledge.statement.paragraphs[quote.paragraph]
            before, words, after = paragraph.partition(quote.text[SOURCE_LANGUAGE])
            spans = tuple(span for span in (Span(before), Span(words, bold=True), Span(after)) if span.text)
            blocks += [Block(spans, quotation=True), self._source(quote, language)]
        return Page(tuple(blocks), ((Button(phrases.back, f"i:{intent.id}"), Button(phrases.whole_text, "s")),))

    def _offer(self, lead: str, answer: Answer) -> Page:
        titles = (self._knowledge.intents[id_].texts[answer.language].title for id_ in answer.suggestions)
        listed = "\n".join(f"• {title}" for title in titles)
        return Page((text_block(lead), text_block(listed)), self._offered(answer.suggestions, answer.language))

    def _offered(self, intents: Iterable[str], language: Language) -> tuple[tuple[Button, ...], ...]:
        titles = ((id_, self._knowledge.intents[id_].texts[language].title) for id_ in intents)
        return tuple((Button(title, f"i:{id_}"),) for id_, title in titles)

    def _lead(self, intent: Intent, language: Language) -> Block:
        lead = f"{self.phrases(language).attribution} {intent.texts[language].lead}"
        pieces = re.split(r"\{([^}]+)\}", lead)
        facts = self._knowledge.facts
        spans = (Span(facts[t].display[language], bold=True) if i % 2 else Span(t) for i, t in enumerate(pieces))
        return Block(tuple(span for span in spans if span.text))

    def _timeline(self, language: Language) -> Page:
        phrases = self.phrases(language)
        blocks = [text_block(phrases.timeline_heading, bold=True)]
        for event in self._knowledge.timeline:
            note = f" ({event.note[language]})" if event.note else ""
            when = [Span(self._knowledge.facts[event.fact].display[language], bold=True)] if event.fact else []
            place = self._place(event.paragraph, language)
            blocks.append(Block((*when, Span(f"{note}\n“{event.text[language]}” – {place}"))))
        return Page((*blocks, self._full_text(language)))

    def _figures(self, language: Language) -> Page:
        phrases = self.phrases(language)
        figures = (fact for fact in self._knowledge.facts.values() if fact.kind != "date")
        lines = [
            Block(
                (
                    Span(f.display[language], bold=True),
                    Span(f" – {f.label[language]} ({self._place(f.paragraph, language)})"),
                )
            )
            for f in figures
        ]
        return Page((text_block(phrases.figures_heading, bold=True), *lines, self._full_text(language)))

    def _place(self, paragraph: int, language: Language) -> str:
        phrases = self.phrases(language)
        return phrases.paragraph.format(number=paragraph) if paragraph else phrases.title_line

    def _source(self, quote: Quote, language: Language) -> Block:
        """Where a quotation stands, with a link that opens the page at its words."""
        return Block((Span(f"– {self._place(quote.paragraph, language)}. "), *self._full_text(language, quote).spans))

    def _full_text(self, language: Language, quote: Quote | None = None) -> Block:
        links = self._knowledge.statement.links
        url = self._statement_url or links.get(language) or links[SOURCE_LANGUAGE]
        words = quote.text[SOURCE_LANGUAGE] if quote and url == links[SOURCE_LANGUAGE] else ""
        before, after = self.phrases(language).full_text.split("{url}")
        return Block((Span(before), Span(url, url=url + text_fragment(words)), Span(after)))


def text_fragment(words: str) -> str:
    """The part of a link that makes a browser open the page at `words` (https://wicg.github.io/scroll-to-text-fragment/)."""
    split = words.split()
    if len(split) > 2 * FRAGMENT_WORDS:
        ends = [" ".join(split[:FRAGMENT_WORDS]), " ".join(split[-FRAGMENT_WORDS:])]
    else:
        ends = [words]
    encoded = ",".join(percent_encode(end, safe="").replace("-", "%2D") for end in ends)
    return f"#:~:text={encoded}" if words else ""
