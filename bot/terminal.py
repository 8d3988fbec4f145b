"""The bot in a terminal: one answer, or a conversation."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.answering import NOTHING_BEFORE, Answer, Answerer, Before, commanded, split_command
from bot.choices import CHANGES
from bot.model import SOURCE_LANGUAGE, Language, Outcome
from bot.page import Block, Page, text_block
from bot.pages import Pages
from bot.rendering import plain

_CHOICE = re.compile(r"[0-9]{1,2}")
"""A number that somebody picks, and not a year that they ask for."""


class Terminal:
    """Prints replies; in a conversation, the choices below the last reply can be picked by their number."""

    def __init__(self, answerer: Answerer, pages: Pages, console: Console, language: Language | None) -> None:
        """`language` forces the replies' language; without it the question decides."""
        self._answerer = answerer
        self._pages = pages
        self._console = console
        self._language = language

    def ask(self, question: str) -> None:
        """Print the answer to `question`."""
        self._show(self._pages.answer(self._answerer.answer(question, self._language)))

    def ask_json(self, question: str) -> None:
        """Print the answer to `question` as one line of JSON, at once."""
        print(json.dumps(self._record(self._answerer.answer(question, self._language)), ensure_ascii=False), flush=True)

    def converse(self, hint: Language | None) -> None:
        """Hold a conversation with the person at the keyboard, whose machine speaks `hint`."""
        prompt = f"{self._answerer.knowledge.phrases[self._language or hint or SOURCE_LANGUAGE].prompt}> "

        def typed() -> Iterator[str]:
            try:
                while True:
                    yield input(prompt)
            except EOFError:
                self._console.print()

        self.chat(typed(), hint)

    def chat(self, lines: Iterable[str], hint: Language | None = None) -> None:
        """Answer each of `lines`, as far as /quit: a question, a /command, or the number of a choice. It begins in
        `hint`, where that is given, which also decides where a question does not."""
        language = self._language or hint or SOURCE_LANGUAGE
        before = NOTHING_BEFORE
        choices = self._show(self._pages.command("start", language), numbered=True)
        page: Page | None
        for typed in takewhile(lambda typed: typed.casefold() != "/quit", map(str.strip, lines)):
            command, _, argument = split_command(typed) if typed.startswith("/") else ("ask", "", typed)
            question = argument if command == "ask" else ""
            chosen = CHANGES.get(choices.get(typed, ""), {}).get("language")
            if chosen is not None:
                language = self._language = chosen
                page = self._pages.choices.chosen(language, kept=True)
            elif typed in choices:
                page = self._pages.pressed(choices[typed], language)
                if intent := self._pages.intent(choices[typed]):
                    before = Before.about(intent, language)
            elif choices and _CHOICE.fullmatch(typed) and typed not in self._answerer.knowledge.statement.numbers:
                missing = self._answerer.knowledge.phrases[language].no_such_choice
                self._show(Page((text_block(missing.format(number=typed, last=len(choices))),)))
                continue
            elif typed.startswith("/") and not question:
                if command == "settings":  # of which a terminal has only the language
                    command = "language"
                page = self._reply(commanded(typed, language, command, argument))
                language = self._language or language
            elif question:
                answer = self._answerer.answer(question, self._language, hint, before)
                page = self._reply(answer)
                language, before = self._language or answer.language, before.after(answer)
            else:
                continue
            if page is not None:
                choices = self._show(page, numbered=True)

    def _reply(self, answer: Answer) -> Page:
        """What is said in a conversation, whose language `answer` may be the wish to change."""
        wished = self._pages.wished(answer)
        if wished is None:
            return self._pages.answer(answer)
        self._language = wished
        return self._pages.chosen(answer, wished, kept=True)

    def _record(self, answer: Answer) -> dict[str, object]:
        titles = (self._answerer.knowledge.intents[id_].texts[answer.language].title for id_ in answer.suggestions)
        return {
            "question": answer.question,
            "language": answer.language,
            "outcome": answer.outcome,
            "intent": answer.intents[0].id if answer.intents else answer.subject,
            "score": round(answer.score, 3),
            "paragraphs": answer.paragraphs,
            "command": answer.command if answer.outcome is Outcome.COMMAND else None,
            "suggestions": [*titles],
            "text": plain(self._pages.answer(answer)),
        }

    def _show(self, page: Page, *, numbered: bool = False) -> dict[str, str]:
        """Print `page`; returns what each number below it leads to."""
        wrapped = self._console.is_terminal
        for block in page.blocks:
            if numbered and block.choices:
                continue
            text = Padding(_text(block), (0, 0, 0, 4 if block.quotation and wrapped else 0))
            self._console.print(text if wrapped else _text(block), "", sep="\n", soft_wrap=not wrapped)
        buttons = [button for row in page.buttons for button in row if button.data] if numbered else []
        for number, button in enumerate(buttons, 1):
            self._console.print(Text(f"[{number}] {button.text}", style="cyan"), soft_wrap=not wrapped)
        return {str(number): button.data for number, button in enumerate(buttons, 1)}


def _text(block: Block) -> Text:
    text = Text(style="italic" if block.quotation else "")
    for span in block.spans:
        text.append(span.text, f"link {span.url}" if span.url else "bold" if span.bold else "")
    return text
