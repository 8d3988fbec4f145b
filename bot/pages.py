"""Every page that the bot has, in the reader's language: what a question, a command, a link or a button leads to.

All is composed from the knowledge base alone; `rendering` and `terminal` give it a form.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from bot.answering import NOTHING_BEFORE, Answer, Answerer, Before
from bot.choices import CHANGES, Choices
from bot.model import SOURCE_LANGUAGE, Intent, Language, Outcome, Phrases
from bot.page import Block, Button, Page, text_block
from bot.replies import Replies
from bot.source import Source

COMMANDS = ("start", "help", "ask", "statement", "timeline", "figures", "about", "privacy", "language", "settings")

QUESTION_SHOWN = 160
"""How many characters of the questions are repeated above their answer, where several are answered at once."""

MARKS = 100
"""How many quotations, links and bold runs of one message Telegram shows."""

SPEAKS = "@"
"""Comes between a button's data and the language of the page that it belongs to."""


class Pages:
    """Composes every page from a knowledge base."""

    def __init__(self, answerer: Answerer, statement_url: str | None = None, *, keeps_unanswered: bool = False) -> None:
        """`statement_url` replaces the full-text links; `keeps_unanswered` is told on /privacy."""
        self._keeps_unanswered = keeps_unanswered
        self._answerer = answerer
        self.knowledge = answerer.knowledge
        self.choices = Choices(self.knowledge.phrases)
        self.source = Source(self.knowledge, statement_url)
        self.replies = Replies(self.knowledge, self.source)

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

    def look_up(self, text: str, chosen: Language | None, hint: Language, before: Before = NOTHING_BEFORE) -> Answer:
        """The answer to a question as it was typed, in the language the chat has `chosen`, else in its own; `before`
        is what it may go on from."""
        return self._answerer.answer(text, chosen, hint, before)

    def answer(self, answer: Answer, *, compact: bool = False) -> Page:
        """The reply to a question that has been looked up; `compact`: as short as it can be and stay faithful."""
        if answer.command is not None:
            return self.command(answer.command, answer.language, answer.argument)
        if answer.talk == "more" and answer.intents:
            return _speaking(self._in_context(",".join(answer.parts), answer.language), answer.language)
        return _speaking(self.replies.reply(answer, compact=compact), answer.language)

    def several(self, answers: Sequence[Answer], room: int) -> tuple[Page, int]:
        """As many of `answers`, from the first, as one message of `room` UTF-16 units shows, each below its question,
        and how many these are: one at least. Each has its quotation where there is room for that, too."""
        language = answers[0].language
        heading, link = text_block(self.phrases(language).several_answers), self.source.full_text(language)

        def page(parts: Iterable[tuple[Block, ...]]) -> Page:
            return Page((heading, *chain.from_iterable(parts), link))

        def fits(parts: Iterable[tuple[Block, ...]]) -> bool:
            whole = page(parts)
            return whole.length <= room and whole.marks <= MARKS

        shown = [self._in_short(answer, quoted=False) for answer in answers]
        count = next((n for n in range(1, len(shown)) if not fits(shown[: n + 1])), len(shown))
        shown = shown[:count]
        for number, answer in enumerate(answers[:count]):
            quoted = [*shown[:number], self._in_short(answer, quoted=True), *shown[number + 1 :]]
            if fits(quoted):
                shown = quoted
        return page(shown), count

    def command(self, command: str, language: Language, argument: str = "") -> Page:
        """The reply to a command (without its slash) and what was typed after it."""
        return _speaking(self._command(command, language, argument), language)

    def pressed(self, data: str, language: Language, *, compact: bool = False) -> Page | None:
        """The page that a button's `data` leads to, or None if it is not, or no longer, one of ours.

        `language` is that of a button which does not say its own, as those of earlier releases; `compact`: whether
        an answer is as short as it can be.
        """
        spoken = self.spoken(data, language)
        page = self._pressed(data.removesuffix(f"{SPEAKS}{spoken}"), spoken, compact=compact)
        return None if page is None else _speaking(page, spoken)

    def spoken(self, data: str, language: Language) -> Language:
        """The language that a button's `data` says, else `language`."""
        return next((known for known in self.languages if data.endswith(f"{SPEAKS}{known}")), language)

    def intent(self, data: str) -> Intent | None:
        """The intent, the last of two, whose answer the button with `data` shows, if it shows one."""
        kind, _, name = data.partition(SPEAKS)[0].partition(":")
        return self.knowledge.intents.get(name.rpartition(",")[2]) if kind == "i" else None

    def wished(self, answer: Answer) -> Language | None:
        """The language that `answer` is the wish for, where it names one of ours."""
        named = answer.argument if answer.command == "language" else ""
        return next((language for language in self.languages if language == named), None)

    def chosen(self, answer: Answer, language: Language, *, kept: bool) -> Page:
        """What to show when the `language` that `answer` wishes for has been chosen: that, and in it the last answer
        again, where there was one. `kept`: whether the choice outlives a restart."""
        page = self.choices.chosen(language, kept=kept)
        if not answer.parts:
            return page
        again = Outcome.ANSWER if answer.intents else Outcome.NOT_COVERED
        told = self.answer(replace(answer, language=language, outcome=again, command=None, talk=None))
        return replace(told, blocks=(*page.blocks, *told.blocks))

    def leads_on(self, payload: str) -> bool:
        """Whether a link with `?start=payload` leads to more than the start."""
        return self._linked(payload, SOURCE_LANGUAGE) is not None

    def greeting(self, language: Language) -> Page:
        """What the bot says in a group that it has been added to."""
        return Page((text_block(self.phrases(language).group_greeting),))

    def help_in_group(self, language: Language) -> Page:
        """The reply to /help in a group, whose administrators decide what the bot sees."""
        page = self.command("help", language)
        return replace(page, blocks=(*page.blocks, text_block(self.phrases(language).help_administrators)))

    def _in_short(self, answer: Answer, *, quoted: bool) -> tuple[Block, ...]:
        """An answer below its question, as one of several."""
        question = text_block(shortened(answer.question, QUESTION_SHOWN), bold=True)
        if answer.command is None:
            return (question, *self.replies.in_short(answer, quoted=quoted))
        blocks = self._without_buttons(answer).blocks
        return (question, *(blocks if quoted else blocks[:1]))

    def _without_buttons(self, answer: Answer) -> Page:
        """The reply to a command, or what is said instead where there can be nothing to choose from."""
        match answer.command, answer.argument:
            case "start", payload if not self.leads_on(payload):
                return self.greeting(answer.language)
            case "language" | "settings", _:
                return Page((text_block(self.phrases(answer.language).too_many),))
        return self.answer(answer)

    def _command(self, command: str, language: Language, argument: str = "") -> Page:
        phrases = self.phrases(language)
        match command:
            case "start" if argument:
                return self._linked(argument, language) or self.command(command, language)
            case "ask":
                return Page((text_block(phrases.ask_usage),))
            case "language":
                return self.choices.languages(language)
            case "statement" if argument:
                page = self.pressed(f"p:{argument}", language)
                last = self._answerer.paragraph_numbers[-1]
                return page or Page((text_block(phrases.no_such_paragraph.format(last=last)),))
            case "statement":
                return self.source.whole(language, language)
            case "timeline":
                return self.source.timeline(language)
            case "figures":
                return self.source.figures(language)
        return self._about_the_bot(command, language)

    def _about_the_bot(self, command: str, language: Language) -> Page:
        phrases = self.phrases(language)
        match command:
            case "start":
                topics = self.replies.offered(self.knowledge.statement.topics, language)
                return Page((text_block(phrases.start),), topics)
            case "help":
                listed = "\n".join(f"/{name} – {text}" for name, text in phrases.commands.items())
                return Page(tuple(map(text_block, (*phrases.help, listed))))
            case "about":
                links = self.source.full_text(language), self.source.ministry(language)
                return Page((*map(text_block, phrases.about), *links))
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

    def _pressed(self, data: str, language: Language, *, compact: bool) -> Page | None:
        kind, _, name = data.partition(":")
        try:
            match kind:
                case "i":
                    answer = self._answerer.show(name.split(","), language)
                    page = self.replies.passages(answer, compact=compact)
                    return replace(page, blocks=(text_block(answer.question, bold=True), *page.blocks))
                case "n":
                    offered = [id_ for id_ in name.split(",") if id_ in self.knowledge.intents]
                    lead = self.phrases(language).did_you_mean
                    return self.replies.offer(lead, offered, language) if offered else None
                case "c":
                    return self._in_context(name, language)
                case "p" | "o" if name in self._answerer.paragraph_numbers:
                    return self.source.paragraph(int(name), language, SOURCE_LANGUAGE if kind == "o" else language)
                case "a":
                    return replace(self.source.whole(language, language), anew=True)
                case "s":
                    return self.source.whole(language, language)
                case "w":
                    return self.source.whole(language, SOURCE_LANGUAGE)
        except KeyError:
            return None
        return None

    def _in_context(self, name: str, language: Language) -> Page:
        """The paragraphs around the answer whose parts `name` has, with a button back to it. Raises KeyError."""
        phrases, answer = self.phrases(language), self._answerer.show(name.split(","), language)
        blocks = (text_block(answer.question, bold=True), *self.source.in_context(answer.quotes, language))
        return Page(blocks, ((Button(phrases.back, f"i:{name}"), Button(phrases.whole_text, "a")),))


def _speaking(page: Page, language: Language) -> Page:
    """`page` with buttons that keep its language, whoever presses them."""

    def speaking(button: Button) -> Button:
        silent = not button.data or SPEAKS in button.data or button.data in CHANGES
        return button if silent else replace(button, data=f"{button.data}{SPEAKS}{language}")

    return replace(page, buttons=tuple(tuple(map(speaking, row)) for row in page.buttons))


def shortened(text: str, most: int) -> str:
    """`text` in one line of at most `most` characters, with an ellipsis where it goes on."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
