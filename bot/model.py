"""The knowledge base as frozen values, in the shape of its files; see knowledge/README.md.

What each value may be is told here; `parse` has pydantic check it, which takes 20 MB that a running bot does without.
What needs two files at once (does the quote occur in the paragraph, does the reference resolve) is checked in `check`.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, ClassVar, Final, Literal, get_args

from annotated_types import Ge, Interval, Len, MaxLen

LANGUAGES: Final = ("en", "az", "ru", "tr")
"""Every language the bot can be given; a knowledge base declares which of them are complete."""

SOURCE_LANGUAGE: Final = "en"
"""The language of the statement's text: quotations in it are verbatim, in others they are translations."""

Language = Literal["en", "az", "ru", "tr"]


@dataclass(frozen=True)
class Pattern:
    """What a text must match, as pydantic asks for it."""

    expression: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        return {**handler(source), "pattern": self.expression}


Line = Annotated[str, Pattern(r"^\S(.*\S)?$")]
Id = Annotated[str, Pattern(r"^[a-z0-9]+(-[a-z0-9]+)*$"), MaxLen(60)]
"""Short enough for a button, whose data Telegram limits to 64 bytes."""
CARDS: Final = ("timeline", "figures")
"""The commands that have a picture, see `cards`."""

Card = Literal["timeline", "figures"]
CommandId = Literal["statement", "timeline", "figures", "help", "about"]
Talk = Literal[
    "greeting", "thanks", "remark", "summary", "loss", "distress", "privacy", "language", "more", "again", "farewell"
]
"""What is said to the bot itself; `summary` wishes for it shorter or explained, `loss` tells of an own loss, and the
others but the farewell ask what is kept, for another language, for more of the last answer, and for it once more, be it
in doubt."""
Url = Annotated[str, Pattern(r"^https://\S+$")]
Texts = Mapping[Language, Line]

LEAP_YEAR: Final = 2000
"""Stands for the year that a day does not name."""


class FromFile:
    """A value from a file, where a key that is none of its fields is a mistake."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}


class Outcome(StrEnum):
    """What became of a question."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    NOT_COVERED = "not_covered"
    UNKNOWN = "unknown"
    COMMAND = "command"
    CHAT = "chat"


TALKS: Final[Mapping[str, Outcome]] = {
    **dict.fromkeys(get_args(CommandId), Outcome.COMMAND),
    **dict.fromkeys(get_args(Talk), Outcome.CHAT),
    "off-topic": Outcome.UNKNOWN,
}
"""Messages that are no question about the statement: wishes for a command, small talk, and what is off topic."""


@dataclass(frozen=True)
class Statement(FromFile):
    """The source: `texts[language][0]` is the title and date line, `[n]` the n-th paragraph as readers count.

    In the source language these are its words, in others an unofficial translation. `names` are those in it, each with
    what its words begin with in each language. `figures` is the intent whose facts and words the card of the figures
    shows, `memory` the one that is offered to whoever tells of an own loss.
    """

    title: Line
    issuer: Line
    date: Line
    sha256: Line
    languages: tuple[Language, ...]
    names: tuple[Texts, ...]
    topics: Annotated[tuple[Id, ...], Len(3, 6)]
    figures: Id
    memory: Id
    links: Mapping[Language, Url]
    ministry: Url
    texts: Mapping[Language, tuple[str, ...]]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The source's own words."""
        return self.texts[SOURCE_LANGUAGE]

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers in them."""
        return frozenset(re.findall(r"\d+", " ".join(self.paragraphs)))


@dataclass(frozen=True)
class Translation(FromFile):
    """The statement in another language, paragraph by paragraph."""

    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Day(FromFile):
    """A day, or where `day` is None a month; without its year where that is None."""

    month: Annotated[int, Interval(ge=1, le=12)]
    day: Annotated[int, Interval(ge=1, le=31)] | None = None
    year: Annotated[int, Interval(ge=1, le=9999)] | None = None

    def __post_init__(self) -> None:
        if self.day and self.day > monthrange(self.year or LEAP_YEAR, self.month)[1]:
            raise ValueError("no such day")


@dataclass(frozen=True)
class Fact(FromFile):
    """A figure or a date, typed once: `literal` occurs in `paragraph`; `display` is how a reply writes it.

    Where the file has its `date`, its `number` or the number of an `ordinal`, `localised` writes what `display` lacks:
    a number with the form that `counted` has for its CLDR category in a language ("{number} people").
    """

    id: Id
    kind: Literal["figure", "date", "duration"]
    paragraph: int
    literal: Line
    label: Texts
    date: Day | None = None
    number: Annotated[int, Ge(0)] | None = None
    ordinal: Annotated[int, Ge(0)] | None = None
    counted: Mapping[Language, Mapping[str, Line]] = field(default_factory=dict)
    display: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Quote(FromFile):
    """A span of one paragraph: verbatim in the source language, a translation in the others."""

    paragraph: int
    text: Texts


@dataclass(frozen=True)
class Event(FromFile):
    """A line of the timeline: a fact, or None where the statement gives no date (then `note` says so).

    `precision` is how the statement places it: at a date, about a date, as a span without dates, or without a date.
    """

    paragraph: int
    text: Texts
    precision: Literal["date", "about", "span", "undated"]
    fact: Id | None = None
    note: Texts | None = None


@dataclass(frozen=True)
class Wording(FromFile):
    """An intent in one language: its question form, and the reply's lead (after the attribution)."""

    title: Line
    lead: Line


@dataclass(frozen=True)
class Intent(FromFile):
    """Something the statement answers."""

    id: Id
    quotes: Annotated[tuple[Quote, ...], Len(1, 2)]
    facts: tuple[Id, ...]
    related: Annotated[tuple[Id, ...], Len(1, 4)]
    texts: Mapping[Language, Wording]
    question_words: tuple[Id, ...] = ()
    """The concepts of question words, as of "where" and "when", that its quotations answer."""
    holds_for: tuple[int, ...] = ()
    """The paragraphs for all of which they answer these: what those tell of was then, there, by them or therefore."""
    event: bool = False
    """Whether it is about another event than the statement's."""


@dataclass(frozen=True)
class Refusal(FromFile):
    """A subject in one language: the honest reply."""

    reply: Line


@dataclass(frozen=True)
class Subject(FromFile):
    """Something people ask that the statement does not say, with the intents nearest to it; `event` tells that it is
    another event than the statement's."""

    id: Id
    nearest: Annotated[tuple[Id, ...], Len(1, 4)]
    texts: Mapping[Language, Refusal]
    event: bool = False


@dataclass(frozen=True)
class Phrases(FromFile):
    """Every other text of the bot in one language. `{…}` are the values the text must carry, checked by `parse`."""

    # about an answer
    attribution: Line
    paragraph: Line
    title_line: Line
    quotation_marks: tuple[Line, Line, Line, Line]
    """Opening and closing, then those of a quotation within one."""
    full_text: Line
    full_text_original: Line
    translation_label: Line
    original_label: Line
    also_not_said: Line
    did_you_mean: Line
    what_it_says: Line
    what_it_says_one: Line
    """Where one question is offered."""
    unknown: Line
    number_not_said: Line
    # commands
    greeting: Line
    thanks: Line
    farewell: Line
    remark: Line
    summary: Line
    loss: Line
    distress: Line
    start: Line
    help: tuple[Line, ...]
    about: tuple[Line, ...]
    ministry_site: Line
    privacy: tuple[Line, ...]
    privacy_unanswered: Line
    statement_heading: Line
    timeline_heading: Line
    figures_heading: Line
    card_unofficial: Line
    no_such_paragraph: Line
    ask_usage: Line
    unknown_command: Line
    language_name: Line
    language_choose: Line
    language_chosen: Line
    language_not_kept: Line
    administrators_only: Line
    text_only: Line
    # buttons
    in_context: Line
    back: Line
    previous: Line
    next: Line
    whole_text: Line
    not_asked: Line
    stale_button: Line
    sent_already: Line
    share: Line
    copy_quotation: Line
    # groups
    group_greeting: Line
    help_administrators: Line
    answered_above: Line
    several_answers: Line
    too_many: Line
    settings: Line
    settings_compact: Line
    settings_full: Line
    settings_quiet: Line
    settings_loud: Line
    make_compact: Line
    make_full: Line
    make_quiet: Line
    make_loud: Line
    # trouble
    error: Line
    # other chats
    ask_privately: Line
    guest_help: Line
    # the terminal
    prompt: Line
    no_such_choice: Line
    # the bot's profile and command menu on Telegram, with Telegram's limits
    bot_name: Annotated[Line, MaxLen(64)]
    bot_description: Annotated[Line, MaxLen(512)]
    bot_short_description: Annotated[Line, MaxLen(120)]
    commands: Mapping[
        Literal["ask", "statement", "timeline", "figures", "help", "about", "privacy", "language", "settings"], Line
    ]

    def says(self, questions: int) -> str:
        """What is written above as many `questions` that it answers."""
        return self.what_it_says_one if questions == 1 else self.what_it_says


@dataclass(frozen=True)
class Words(FromFile):
    """What the matcher is told about one language's words; see `lexicon`."""

    concepts: Mapping[Id, tuple[Line, ...]]
    fillers: tuple[Line, ...]
    joints: tuple[Line, ...]
    function_words: tuple[Line, ...]
    languages: Mapping[Language, tuple[Line, ...]]
    question_words: tuple[Line, ...]
    referring_words: tuple[Line, ...]
    rejecting_words: Mapping[Literal["next", "previous"], tuple[Line, ...]]
    doubting_words: tuple[Line, ...]
    event_words: tuple[Line, ...]
    months: tuple[Line, ...]
    paragraph_words: Mapping[Line, tuple[Line, ...]]
    """By the paragraph's number."""


@dataclass(frozen=True)
class Knowledge:
    """A whole, checked knowledge base. `facts`, `intents` and `subjects` are keyed by id.

    `questions` are the examples in each language, by the id of their intent or subject, or of `TALKS`.
    """

    statement: Statement
    facts: Mapping[Id, Fact]
    timeline: tuple[Event, ...]
    intents: Mapping[Id, Intent]
    subjects: Mapping[Id, Subject]
    questions: Mapping[Language, Mapping[str, tuple[str, ...]]]
    phrases: Mapping[Language, Phrases]
    words: Mapping[Language, Words]
