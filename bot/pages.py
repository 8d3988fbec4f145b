"""What a person reads, before it has a form: blocks of text and buttons, in the reader's language.

Everything the bot says is composed here, from the knowledge base alone; `rendering` and `terminal` give it a form.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote as percent_encode

from bot.answering import Answer, Answerer
from bot.manners import QUIET_HOURS, Chosen
from bot.model import SOURCE_LANGUAGE, Intent, Language, Outcome, Phrases, Quote

COMMANDS = ("start", "help", "ask", "statement", "timeline", "figures", "about", "privacy", "language", "settings")

COPY_LIMIT = 256
"""The longest text that a button can copy (https://core.telegram.org/bots/api#copytextbutton)."""

SPEAKS = "@"
"""Comes between a button's data and the language of the page that it belongs to."""

DATA_LIMIT = 60
"""How long a button's data may be before its language is added; Telegram takes 64 bytes."""

QUESTION_SHOWN = 80
"""How many characters of a question are repeated above its answer, where several are answered at once."""

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
    folded: bool = False
    """Whether it is shown only when it is tapped, where the form allows that."""

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Button:
    """`data` is what `Pages.pressed` understands; else the button copies the text `copy`, or shares what asking
    `share` in another chat gives."""

    text: str
    data: str = ""
    copy: str = ""
    share: str = ""


@dataclass(frozen=True)
class Page:
    """One reply."""

    blocks: tuple[Block, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    anew: bool = False
    """Whether a button leads to it as a message of its own, because the one it belongs to should stay."""


def text_block(text: str, *, bold: bool = False) -> Block:
    """A block of the bot's own words."""
    return Block((Span(text, bold),))


class Pages:
    """Composes every reply of the bot from a knowledge base."""

    def __init__(self, answerer: Answerer, statement_url: str | None = None, *, keeps_unanswered: bool = False) -> None:
        """`statement_url` replaces the full-text links; `keeps_unanswered` is told on /privacy."""
        self._keeps_unanswered = keeps_unanswered
        self._answerer = answerer
        self.knowledge = answerer.knowledge
        self._statement_url = statement_url
        self._paragraph_numbers = [str(n) for n in range(len(self.knowledge.statement.paragraphs))]

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages it composes in."""
        return tuple(self.knowledge.phrases)

    def phrases(self, language: Language) -> Phrases:
        """The bot's single texts in `language`."""
        return self.knowledge.phrases[language]

    def language(self, tag: str | None) -> Language:
        """The complete language that an IETF tag such as "az-Latn" asks for, else the statement's own."""
        code = (tag or "").partition("-")[0].casefold()
        return next((language for language in self.knowledge.phrases if language == code), SOURCE_LANGUAGE)

    def language_chosen(self, language: Language, *, kept: bool) -> Page:
        """What to say when a chat has chosen `language`; `kept`: whether that outlives a restart."""
        phrases = self.phrases(language)
        return Page((text_block(phrases.language_chosen), *(() if kept else (text_block(phrases.language_not_kept),))))

    def look_up(self, text: str, chosen: Language | None, hint: Language) -> Answer:
        """The answer to a question as it was typed, in the language the chat has `chosen`, else in its own."""
        return self._answerer.answer(text, chosen, hint)

    def answer(self, answer: Answer, *, compact: bool = False) -> Page:
        """The reply to a question that has been looked up; `compact`: as short as it can be and stay faithful."""
        return _speaking(self._answer(answer, compact=compact), answer.language)

    def _answer(self, answer: Answer, *, compact: bool) -> Page:
        if answer.command is not None:
            return self.command(answer.command, answer.language)
        phrases = self.phrases(answer.language)
        match answer.outcome:
            case Outcome.ANSWER:
                return self._compact(answer) if compact else self._passages(answer)
            case Outcome.NOT_COVERED:
                lead = self.knowledge.subjects[answer.subject or ""].texts[answer.language].reply
                return self._offer(f"{lead} {phrases.what_it_says}", answer.suggestions, answer.language)
            case Outcome.SUGGEST:
                return self._offer(phrases.did_you_mean, answer.suggestions, answer.language)
            case Outcome.CHAT if answer.talk == "thanks":
                return Page((text_block(phrases.thanks),))
            case Outcome.CHAT:
                return self._offer(phrases.greeting, answer.suggestions, answer.language)
        return self._offer(phrases.unknown, answer.suggestions, answer.language)

    def command(self, command: str, language: Language, argument: str = "") -> Page:
        """The reply to a command (without its slash) and what was typed after it."""
        return _speaking(self._command(command, language, argument), language)

    def _command(self, command: str, language: Language, argument: str = "") -> Page:
        phrases = self.phrases(language)
        match command:
            case "start" if argument:
                return self._linked(argument, language) or self.command(command, language)
            case "ask" if argument:
                return self.answer(self._answerer.answer(argument, hint=language))
            case "ask":
                return Page((text_block(phrases.ask_usage),))
            case "language":
                return self._languages(language)
            case "statement" if argument:
                page = self.pressed(f"p:{argument}", language)
                last = self._paragraph_numbers[-1]
                return page or Page((text_block(phrases.no_such_paragraph.format(last=last)),))
            case "statement":
                return self._whole_statement(language, language)
            case "timeline":
                return self._timeline(language)
            case "figures":
                return self._figures(language)
        return self._about_the_bot(command, language)

    def _about_the_bot(self, command: str, language: Language) -> Page:
        phrases = self.phrases(language)
        match command:
            case "start":
                return Page((text_block(phrases.start),), self._offered(self.knowledge.statement.topics, language))
            case "help":
                listed = "\n".join(f"/{name} – {text}" for name, text in phrases.commands.items())
                return Page((*map(text_block, (*phrases.help, phrases.help_administrators)), text_block(listed)))
            case "about":
                ministry = self.knowledge.statement.ministry
                return Page((*map(text_block, phrases.about), self._full_text(language), text_block(ministry)))
            case "privacy":
                more = (phrases.privacy_unanswered,) if self._keeps_unanswered else ()
                return Page(tuple(map(text_block, (*phrases.privacy, *more))))
        return Page((text_block(phrases.unknown_command),))

    def _linked(self, payload: str, language: Language) -> Page | None:
        """What a link with `?start=payload` leads to: an intent ("i_deaths"), a paragraph ("p_3") or a command."""
        kind, _, name = payload.partition("_")
        if not name:
            return self.command(kind, language) if kind in ("statement", "timeline", "figures") else None
        return self.pressed(f"{kind}:{name}", language) if kind in ("i", "p") else None

    def greeting(self, language: Language) -> Page:
        """What the bot says in a group that it has been added to."""
        return Page((text_block(self.phrases(language).group_greeting),))

    def settings(self, chosen: Chosen, language: Language) -> Page:
        """What a chat has `chosen`, with buttons to change it."""
        phrases = self.phrases(language)
        hours = QUIET_HOURS.replace("-", "–")
        lines = (
            phrases.settings_full if chosen.full else phrases.settings_compact,
            phrases.settings_quiet.format(hours=chosen.quiet.replace("-", "–"))
            if chosen.quiet
            else phrases.settings_loud,
        )
        length = Button(phrases.make_compact, "g:compact") if chosen.full else Button(phrases.make_full, "g:full")
        sound = (
            Button(phrases.make_loud, "g:loud")
            if chosen.quiet
            else Button(phrases.make_quiet.format(hours=hours), "g:quiet")
        )
        languages = self._languages(language)
        heading = text_block(phrases.settings, bold=True)
        return Page((heading, *map(text_block, lines), *languages.blocks), ((length,), (sound,), *languages.buttons))

    def several(self, answers: Sequence[Answer]) -> Page:
        """The leads of several answers, each below its question; `answers` are one at least."""
        blocks = [text_block(self.phrases(answers[0].language).several_answers)]
        for answer in answers:
            blocks.append(text_block(shortened(answer.question, QUESTION_SHOWN), bold=True))
            match answer.outcome:
                case Outcome.ANSWER:
                    blocks += [self._lead(intent, answer.language) for intent in answer.intents]
                    blocks += [self._missing(answer.subject, answer.language)] if answer.subject else []
                case Outcome.NOT_COVERED:
                    blocks.append(
                        text_block(self.knowledge.subjects[answer.subject or ""].texts[answer.language].reply)
                    )
                case _:
                    blocks += self.answer(answer).blocks
        return Page((*blocks, self._full_text(answers[0].language)))

    def pressed(self, data: str, language: Language, *, compact: bool = False) -> Page | None:
        """The page that a button's `data` leads to, or None if it is not, or no longer, one of ours.

        `language` is that of a button which does not say its own, as those of earlier releases; `compact`: whether
        an answer is as short as it can be.
        """
        rest, _, code = data.rpartition(SPEAKS)
        spoken: Language = next((known for known in self.languages if known == code), language)
        page = self._pressed(rest or data, spoken, compact=compact)
        return None if page is None else _speaking(page, spoken)

    def _pressed(self, data: str, language: Language, *, compact: bool) -> Page | None:
        kind, _, name = data.partition(":")
        try:
            match kind:
                case "i":
                    answer = self._answerer.show(name, language)
                    page = self._compact(answer) if compact else self._passages(answer)
                    return replace(page, blocks=(text_block(answer.question, bold=True), *page.blocks))
                case "n":
                    offered = [id_ for id_ in name.split(",") if id_ in self.knowledge.intents]
                    return self._offer(self.phrases(language).did_you_mean, offered, language) if offered else None
                case "c":
                    return self._in_context(self.knowledge.intents[name], language)
                case "p" | "o" if name in self._paragraph_numbers:
                    return self._paragraph(int(name), language, SOURCE_LANGUAGE if kind == "o" else language)
                case "a":
                    return replace(self._whole_statement(language, language), anew=True)
                case "s":
                    return self._whole_statement(language, language)
                case "w":
                    return self._whole_statement(language, SOURCE_LANGUAGE)
        except KeyError:
            return None
        return None

    def _whole_statement(self, language: Language, shown: Language) -> Page:
        """The statement in the language `shown`, for a reader of `language`."""
        title, *paragraphs = self.knowledge.statement.texts[shown]
        numbered = (Block((Span(f"{n}. ", bold=True), Span(text))) for n, text in enumerate(paragraphs, 1))
        blocks = (text_block(title, bold=True), *numbered, *self._label(shown), self._full_text(language))
        return Page(blocks, self._other_text(language, shown, "s", "w"))

    def _paragraph(self, number: int, language: Language, shown: Language) -> Page:
        phrases, paragraphs = self.phrases(language), self.knowledge.statement.texts[shown]
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
        return Page((heading, quotation, *self._label(shown), self._full_text(language)), buttons)

    def _other_text(
        self, language: Language, shown: Language, own: str, original: str
    ) -> tuple[tuple[Button, ...], ...]:
        """The button from a translation to the original, or back."""
        phrases = self.phrases(language)
        if language == SOURCE_LANGUAGE:
            return ()
        translated = shown == language
        return ((Button(*((phrases.original_label, original) if translated else (phrases.translation_label, own))),),)

    def _label(self, language: Language) -> tuple[Block, ...]:
        """What a text in `language` must be labelled with, if it is a translation."""
        return () if language == SOURCE_LANGUAGE else (text_block(f"({self.phrases(language).translation_label})"),)

    def _original(self, text: str, language: Language) -> tuple[Block, ...]:
        """The source's own words below their translation."""
        if language == SOURCE_LANGUAGE:
            return ()
        label = f"{self.phrases(language).original_label}: "
        return (Block((Span(label, bold=True), Span(text)), quotation=True, folded=True),)

    def _passages(self, answer: Answer) -> Page:
        language = answer.language
        blocks = [self._lead(intent, language) for intent in answer.intents]
        for quote in _different(answer.quotes):
            blocks += [
                Block((Span(quote.text[language]),), quotation=True),
                *self._label(language),
                *self._original(quote.text[SOURCE_LANGUAGE], language),
                self._source(quote, language),
            ]
        if answer.subject is not None:
            blocks.append(self._missing(answer.subject, language))
        buttons = (*self._around(answer), *self._offered(answer.suggestions, language), self._taken_along(answer))
        return Page(tuple(blocks), (*buttons, *self._others(answer)))

    def _compact(self, answer: Answer) -> Page:
        """An answer for a group: what was asked for, with the quotation folded."""
        language = answer.language
        blocks = [self._lead(intent, language) for intent in answer.intents]
        for quote in _different(answer.quotes):
            blocks += [
                Block((Span(self._labelled(quote, language)),), quotation=True, folded=True),
                self._source(quote, language),
            ]
        if answer.subject is not None:
            blocks.append(self._missing(answer.subject, language))
        return Page(tuple(blocks), (*self._around(answer), *self._others(answer)))

    def _labelled(self, quote: Quote, language: Language) -> str:
        """The words of `quote`, and that they are a translation if they are."""
        label = "" if language == SOURCE_LANGUAGE else f" ({self.phrases(language).translation_label})"
        return quote.text[language] + label

    def _missing(self, subject: str, language: Language) -> Block:
        """That the other part of a question is a subject the statement does not cover."""
        reply = self.knowledge.subjects[subject].texts[language].reply
        return text_block(f"{self.phrases(language).also_not_said} {reply}")

    def _around(self, answer: Answer) -> tuple[tuple[Button, ...], ...]:
        """Buttons to the text around an answer."""
        phrases = self.phrases(answer.language)
        context = tuple(Button(phrases.in_context, f"c:{intent.id}") for intent in answer.intents[:1])
        return ((*context, Button(phrases.whole_text, "a")),)

    def _taken_along(self, answer: Answer) -> tuple[Button, ...]:
        """Buttons that take an answer elsewhere: its first quotation copied, the answer shared."""
        phrases = self.phrases(answer.language)
        quotation = self._labelled(answer.quotes[0], answer.language)
        copied = (Button(phrases.copy_quotation, copy=quotation),) if utf16_length(quotation) <= COPY_LIMIT else ()
        return (*copied, Button(phrases.share, share=answer.intents[0].texts[answer.language].title))

    def _others(self, answer: Answer) -> tuple[tuple[Button, ...], ...]:
        """The button for someone who meant something else."""
        if not answer.next:
            return ()
        offered = answer.next
        while len(data := f"n:{','.join(offered)}") > DATA_LIMIT:
            offered = offered[:-1]
        return ((Button(self.phrases(answer.language).not_asked, data),),)

    def _in_context(self, intent: Intent, language: Language) -> Page:
        phrases = self.phrases(language)
        blocks = [text_block(intent.texts[language].title, bold=True)]
        for quote in intent.quotes:
            statement = self.knowledge.statement
            before, words, after = statement.texts[language][quote.paragraph].partition(quote.text[language])
            spans = tuple(span for span in (Span(before), Span(words, bold=True), Span(after)) if span.text)
            blocks += [
                Block(spans, quotation=True),
                *self._label(language),
                *self._original(statement.paragraphs[quote.paragraph], language),
                self._source(quote, language),
            ]
        return Page(tuple(blocks), ((Button(phrases.back, f"i:{intent.id}"), Button(phrases.whole_text, "a")),))

    def _offer(self, lead: str, intents: Sequence[str], language: Language) -> Page:
        titles = (self.knowledge.intents[id_].texts[language].title for id_ in intents)
        listed = "\n".join(f"• {title}" for title in titles)
        return Page((text_block(lead), text_block(listed)), self._offered(intents, language))

    def _languages(self, language: Language) -> Page:
        names = ((code, phrases.language_name) for code, phrases in self.knowledge.phrases.items())
        buttons = tuple((Button(name, f"l:{code}"),) for code, name in names)
        return Page((text_block(self.phrases(language).language_choose),), buttons)

    def _offered(self, intents: Iterable[str], language: Language) -> tuple[tuple[Button, ...], ...]:
        titles = ((id_, self.knowledge.intents[id_].texts[language].title) for id_ in intents)
        return tuple((Button(title, f"i:{id_}"),) for id_, title in titles)

    def _lead(self, intent: Intent, language: Language) -> Block:
        lead = f"{self.phrases(language).attribution} {intent.texts[language].lead}"
        pieces = re.split(r"\{([^}]+)\}", lead)
        facts = self.knowledge.facts
        spans = (Span(facts[t].display[language], bold=True) if i % 2 else Span(t) for i, t in enumerate(pieces))
        return Block(tuple(span for span in spans if span.text))

    def _timeline(self, language: Language) -> Page:
        phrases = self.phrases(language)
        blocks = [text_block(phrases.timeline_heading, bold=True)]
        for event in self.knowledge.timeline:
            note = f" ({event.note[language]})" if event.note else ""
            when = [Span(self.knowledge.facts[event.fact].display[language], bold=True)] if event.fact else []
            place = self._place(event.paragraph, language)
            blocks.append(Block((*when, Span(f"{note}\n“{event.text[language]}” – {place}"))))
        return Page((*blocks, *self._label(language), self._full_text(language)))

    def _figures(self, language: Language) -> Page:
        phrases = self.phrases(language)
        figures = (fact for fact in self.knowledge.facts.values() if fact.kind != "date")
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
        links = self.knowledge.statement.links
        url = self._statement_url or links.get(language) or links[SOURCE_LANGUAGE]
        words = quote.text[SOURCE_LANGUAGE] if quote and url == links[SOURCE_LANGUAGE] else ""
        before, after = self.phrases(language).full_text.split("{url}")
        return Block((Span(before), Span(url, url=url + text_fragment(words)), Span(after)))


def _speaking(page: Page, language: Language) -> Page:
    """`page` with buttons that keep its language, whoever presses them."""

    def speaking(button: Button) -> Button:
        silent = not button.data or SPEAKS in button.data or button.data.startswith(("l:", "g:"))
        return button if silent else replace(button, data=f"{button.data}{SPEAKS}{language}")

    return replace(page, buttons=tuple(tuple(map(speaking, row)) for row in page.buttons))


def _different(quotes: Iterable[Quote]) -> Iterable[Quote]:
    """`quotes` without those that say the same words again."""
    return {quote.text[SOURCE_LANGUAGE]: quote for quote in quotes}.values()


def utf16_length(text: str) -> int:
    """How long `text` is as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def shortened(text: str, most: int) -> str:
    """`text` in one line of at most `most` characters, with an ellipsis where it goes on."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def text_fragment(words: str) -> str:
    """The part of a link that makes a browser open the page at `words` (https://wicg.github.io/scroll-to-text-fragment/)."""
    split = words.split()
    if len(split) > 2 * FRAGMENT_WORDS:
        ends = [" ".join(split[:FRAGMENT_WORDS]), " ".join(split[-FRAGMENT_WORDS:])]
    else:
        ends = [words]
    encoded = ",".join(percent_encode(end, safe="").replace("-", "%2D") for end in ends)
    return f"#:~:text={encoded}" if words else ""
