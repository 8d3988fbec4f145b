"""What a question is about."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.following import Asked
from bot.model import Language, Outcome

SHOWN, SHOWN_PARAGRAPHS = 3, 2
"""How many questions of a message are answered, and of how many paragraphs."""

Told = TypeVar("Told")


@dataclass(frozen=True)
class Match:
    """What a question is about.

    `ids` are intents, best first, for ANSWER and SUGGEST (three at most), one subject, command or small
    talk for NOT_COVERED, COMMAND and CHAT, none for UNKNOWN, nor where a number is all that is not covered; the wish
    for a `language` is followed by the one that is named, that for the `statement` by the numbers of the paragraphs
    that are. `score` is the certainty, 0 to 1, and 0 only where nothing is asked, or nothing of ours. `missing` is a
    subject that the other part of an answered question was about, `next` are intents that came next, or for
    NOT_COVERED what the question would be about by itself. `leans` tells that the question means nothing without the
    one before ("where?").
    """

    outcome: Outcome
    language: Language
    score: float
    ids: tuple[str, ...] = ()
    missing: str | None = None
    next: tuple[str, ...] = ()
    leans: bool = False
    asked: Asked | None = None
    """What the next question may lean on; None where that stays what it was, and without words if on nothing."""

    @property
    def certain(self) -> bool:
        """Whether another language need not be tried."""
        return self.outcome not in (Outcome.UNKNOWN, Outcome.SUGGEST)

    def offering(self, alone: "Match") -> "Match":
        """The same, which where it is not covered offers what answers the question `alone`."""
        is_told = self.outcome is Outcome.NOT_COVERED and alone.outcome is Outcome.ANSWER
        return replace(self, next=alone.ids) if is_told else self


def shown(told: Iterable[Told], paragraph: Callable[[Told], int]) -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    """Of what is `told`, each of a `paragraph`, the first of it, as far as it may be shown; and the others."""
    first: list[Told] = []
    others: list[Told] = []
    for one in told:
        paragraphs = {paragraph(one), *map(paragraph, first)}
        (first if len(first) < SHOWN and len(paragraphs) <= SHOWN_PARAGRAPHS else others).append(one)
    return tuple(first), tuple(others)
