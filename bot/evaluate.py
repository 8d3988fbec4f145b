"""Scores the bot on question sets, and its examples on each other.

A question set is a YAML list of cases, `<set>/<language>.yaml`: questions that nobody took from the examples, with the
paragraphs that answer them or the reason why none does.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from bot.answering import NOTHING_BEFORE, Answer, Answerer
from bot.errors import ConfigError
from bot.index import Labels, LeftOut
from bot.model import LANGUAGES, Language, Outcome
from bot.weighing import ANSWER_FROM

WORST = 12
"""How many pairs a confusion list shows."""


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Case:
    """A question: `any` of these paragraphs answers it, or `all` are needed, or `none` does, and why. What the same
    person asked `after` is what came before it, oldest first."""

    q: str
    style: str
    after: tuple[str, ...] = ()
    any: tuple[int, ...] = ()
    all: tuple[int, ...] = ()
    none: Literal["near", "neighbour", "off_topic"] | None = None

    def __post_init__(self) -> None:
        if sum(map(bool, (self.any, self.all, self.none))) != 1:
            raise ValueError("give exactly one of any, all and none")

    def is_right(self, answer: Answer) -> bool:
        """Whether `answer` quotes what it should, or for `none` quotes nothing."""
        quoted = set(answer.paragraphs)
        if self.none is not None:
            return not quoted
        return bool(quoted & set(self.any)) if self.any else quoted >= set(self.all)


@dataclass
class Row:
    """Counts for a group of cases; the last three split what is not right."""

    answerable: int = 0
    right: int = 0
    wrong: int = 0
    refused: int = 0
    unanswerable: int = 0
    answered: int = 0
    language: int = 0
    """Replies in the language that the case is written in."""

    def add(self, case: Case, answer: Answer, language: Language) -> None:
        self.language += answer.language == language
        shown = answer.outcome is Outcome.ANSWER
        if case.none is not None:
            self.unanswerable += 1
            self.answered += shown
            return
        self.answerable += 1
        self.right += case.is_right(answer)
        self.wrong += shown and not case.is_right(answer)
        self.refused += not shown


@dataclass
class Report:
    """What a set scores in one language: in all, and by style."""

    set: str
    language: Language
    total: Row = field(default_factory=Row)
    styles: dict[str, Row] = field(default_factory=dict)
    misses: list[tuple[Case, Answer]] = field(default_factory=list)

    @property
    def confusions(self) -> list[tuple[str, str, int]]:
        """What the misses of a style were taken for and how often, the most frequent first."""
        pairs = Counter((case.style, taken_for(answer)) for case, answer in self.misses)
        return [(style, label, n) for (style, label), n in pairs.most_common(WORST)]


@dataclass(frozen=True)
class LeaveOneOut:
    """How the examples of one language are found by the others: shares of all examples, and the worst pairs.

    `label`: the very intent or subject; `passage`: for intents, the right paragraph, certain enough to be shown;
    `answered`: for the rest, an answer that is certain enough. Near ties, parts and titles are left aside.
    """

    language: Language
    examples: int
    label: float
    passage: float
    answered: float
    confusions: list[tuple[str, str, int]]


def read_cases(path: Path) -> list[Case]:
    """The cases in a file. Raises ConfigError naming the file and the entry that is no case."""
    try:
        return TypeAdapter(list[Case]).validate_python(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))
    except (ValidationError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: {error}") from error


def read_sets(folder: Path) -> dict[tuple[str, Language], list[Case]]:
    """Every set below `folder`, by its name and language. Raises ConfigError if there is none."""
    found: dict[tuple[str, Language], list[Case]] = {
        (path.parent.name, language): read_cases(path)
        for language in LANGUAGES
        for path in sorted(folder.glob(f"*/{language}.yaml"))
    }
    if not found:
        raise ConfigError(f"{folder} has no question sets; name the folder that holds them with --questions")
    return found


def score(answerer: Answerer, name: str, language: Language, cases: Iterable[Case]) -> Report:
    """Ask every case, without telling its language."""
    report = Report(name, language)
    for case in cases:
        answer = _asked(answerer, case)
        report.total.add(case, answer, language)
        report.styles.setdefault(case.style, Row()).add(case, answer, language)
        if not case.is_right(answer):
            report.misses.append((case, answer))
    return report


def _asked(answerer: Answerer, case: Case) -> Answer:
    before = NOTHING_BEFORE
    for question in case.after:
        before = before.after(answerer.answer(question, before=before))
    return answerer.answer(case.q, before=before)


def taken_for(answer: Answer) -> str:
    """The labels that `answer` is about, or its outcome where it is about none."""
    intents = ", ".join(intent.id for intent in answer.intents)
    return intents or answer.subject or answer.command or answer.talk or str(answer.outcome)


def leave_one_out(language: Language, labels: Labels, left_out: LeftOut) -> LeaveOneOut:
    """Each example scored by a model that was trained without it."""
    truth, found = left_out.truth, left_out.found
    shown = left_out.certainty >= ANSWER_FROM
    intents = labels.groups[truth] >= 0
    right = shown & (labels.groups[left_out.best] == labels.groups[truth])
    pairs = Counter(zip(truth[found != truth].tolist(), found[found != truth].tolist(), strict=True))
    name = [label.id for label in labels.items]
    return LeaveOneOut(
        language,
        examples=len(truth),
        label=float(np.mean(found == truth)),
        passage=float(np.mean(right[intents])),
        answered=float(np.mean(shown[~intents])),
        confusions=[(name[a], name[b], n) for (a, b), n in pairs.most_common(WORST)],
    )
