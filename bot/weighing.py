"""Sentences in one language → the labels that they are about, and how certain that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.features import grams
from bot.index import Index, Label
from bot.match import Match
from bot.model import Language, Outcome
from bot.reading import Reader

ANSWER_FROM = 0.62
"""Certainty from which a passage is shown: a wrong passage is worse than none. From here on 1.5 % of the dev sets'
unanswerable questions are answered; from .6 on .2 points more of the others are answered rightly, 1.7 % of these."""

SUGGEST_FROM = 0.12
"""Certainty from which the likeliest intents are offered to choose from."""

PART_FROM = 0.9
"""Certainty that one part of a question must have for its parts to be questions of their own; the others need that
of an answer, or among more than two as much. And that of a question that leans on the one before it."""

GAP_FROM = 0.5
"""Score from which the other part of a question is a subject that the statement does not cover."""

OFFERED = 3
"""How many intents are offered to choose from, and as many more to whoever asked something else."""


@dataclass(frozen=True)
class Part:
    """A part of a question, weighed: its best answers, and the best label of any kind with its score."""

    certainty: float
    rivalry: float
    """What the best answer of another paragraph scores, as a share of the best's."""
    answers: tuple[Label, ...]
    label: Label
    score: float

    @property
    def ids(self) -> tuple[str, ...]:
        """The intents that answer best."""
        return tuple(label.id for label in self.answers)

    @property
    def is_gap(self) -> bool:
        """Whether it is about a subject that the statement does not cover."""
        return self.label.outcome is Outcome.NOT_COVERED and self.score >= GAP_FROM


class Weigher:
    """Weighs sentences against the labels of one language."""

    def __init__(self, language: Language, index: Index, reader: Reader) -> None:
        self.language = language
        self.lexicon = reader.lexicon
        self._reader = reader
        self.labels = index.labels.items
        self.by_id = {label.id: label for label in self.labels}
        self._index = index

    def weigh(self, sentences: Sequence[Sequence[str]]) -> list[Part]:
        """`sentences` (folded words, fillers and all), weighed."""
        labels, answers = self._index.labels, self._index.labels.answers
        read = [self._reader.understand(sentence) for sentence in sentences]
        scores, evidence, certainties = self._index.weigh([grams(heard, self.lexicon) for heard in read])
        likeliest = answers[(-scores.labels[:, answers]).argsort(axis=1)[:, : 2 * OFFERED]]
        rivalry = evidence[:, 1] / evidence[:, 0].clip(min=1e-6)
        columns = (certainties, rivalry, likeliest, scores.labels.argmax(axis=1), scores.labels.max(axis=1))
        return [
            Part(certainty, rival, tuple(labels.items[i] for i in order), labels.items[label], score)
            for certainty, rival, order, label, score in zip(*map(np.ndarray.tolist, columns), strict=True)
        ]

    def together(self, before: Sequence[str], asked: Sequence[str]) -> Part:
        """The question `before` and `asked` as one sentence, weighed."""
        (part,) = self.weigh([[*before, *asked]])
        return part

    def holding(self, paragraph: int | None, concepts: set[str]) -> Label | None:
        """What answers one of the question words `concepts` for all that `paragraph` tells of."""
        return next(
            (a for a in self.labels if paragraph in a.holds_for and concepts.intersection(a.question_words)), None
        )

    def telling(self, best: Label, concepts: set[str]) -> Label | None:
        """The `best` answer if it answers one of the question words `concepts`, or what does so for its paragraph."""
        return best if concepts.intersection(best.question_words) else self.holding(best.group, concepts)

    def here(self, paragraph: int | None) -> set[str]:
        """The intents of `paragraph`."""
        return {label.id for label in self.labels if label.group == paragraph}

    def near(self, paragraph: int | None) -> set[str]:
        """The intents of `paragraph`, and those of others that hold for it."""
        return {label.id for label in self.labels if paragraph in (label.group, *label.holds_for)}


def labelled(part: Part, language: Language) -> Match:
    """That a question is about the best label of `part`, which is no intent."""
    return Match(part.label.outcome, language, min(1.0, part.score), (part.label.id,))


def offered(part: Part, language: Language) -> Match:
    """That the likeliest answers of `part` are offered to choose from."""
    return Match(Outcome.SUGGEST, language, part.certainty, part.ids[:OFFERED], next=part.ids[OFFERED:])
