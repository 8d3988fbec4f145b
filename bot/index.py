"""The trained matcher as arrays: what each gram says for and against each label, and how to read the sums.

A label is anything a message can be about. Scores are sums of gram weights; `certainty` turns them into the
probability that the best passage is the right one.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.features import CONCEPTS, WEIGHTS
from bot.model import Outcome

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]


@dataclass(frozen=True)
class Label:
    """An intent, a subject, a command, small talk or nothing of ours; `group` is an intent's paragraph, else -1."""

    id: str
    outcome: Outcome
    group: int = -1


@dataclass(frozen=True)
class Scores:
    """How `n` questions score: per label (n × labels, about 0 to 1), as answerable at all (n, about -1 to 1), and
    how strange they are (n, the share of their grams that no example has, 0 to 1)."""

    labels: Floats
    answerable: Floats
    strangeness: Floats


@dataclass(frozen=True)
class Vectors:
    """How grams become a vector of length 1, in which also grams that are unknown count for the length: the stranger
    a question, the lower all its scores."""

    vocabulary: Mapping[str, int]
    rarity: Floats

    @cached_property
    def unknown_rarity(self) -> float:
        """The rarity of a gram that no example has."""
        return float(self.rarity.max(initial=1.0))

    def vector(self, counts: Mapping[str, int]) -> tuple[list[int], Floats, float]:
        """Positions and values of the known grams in `counts`, and the unknown ones' share of the squared length."""
        positions, values, unknown = [], [], 0.0
        for gram, count in counts.items():
            weight = WEIGHTS[gram[0]] * (1 + math.log(count))
            position = self.vocabulary.get(gram)
            if position is not None:
                positions.append(position)
                values.append(weight)
            elif gram[0] != CONCEPTS:  # two known concepts side by side are no sign of a strange question
                unknown += (weight * self.unknown_rarity) ** 2
        weighted = np.array(values, np.float32) * self.rarity[positions]
        length = float(weighted @ weighted) + unknown or 1.0
        return positions, weighted / math.sqrt(length), unknown / length


@dataclass(frozen=True)
class Certainty:
    """A logistic model from evidence to the probability that the best answer is right; arrays as long as evidence."""

    mean: Floats
    deviation: Floats
    slope: Floats
    intercept: float

    def __call__(self, evidence: Floats) -> Floats:
        """Probabilities (n) for `evidence` (n × kinds of evidence)."""
        logit = (evidence - self.mean) / self.deviation @ self.slope + self.intercept
        return np.asarray(1 / (1 + np.exp(-logit)), np.float32)


@dataclass(frozen=True)
class Labels:
    """The labels in the order of the scores' columns."""

    items: tuple[Label, ...]

    @cached_property
    def groups(self) -> Integers:
        return np.array([label.group for label in self.items], np.int32)

    def of(self, *outcomes: Outcome) -> Integers:
        """The columns of the labels with one of `outcomes`."""
        return np.array([i for i, label in enumerate(self.items) if label.outcome in outcomes], np.int32)

    @cached_property
    def answers(self) -> Integers:
        return self.of(Outcome.ANSWER)

    @cached_property
    def subjects(self) -> Integers:
        return self.of(Outcome.NOT_COVERED)

    @cached_property
    def others(self) -> Integers:
        return self.of(Outcome.COMMAND, Outcome.CHAT, Outcome.UNKNOWN)

    def evidence(self, scores: Scores) -> tuple[Integers, Floats]:
        """The best answer's column (n), and what speaks for and against it (n × 6).

        In order: its score, the best score of an answer from another paragraph, of a subject that the statement does
        not cover, and of anything else; how answerable and how strange the question is.
        """
        rows = np.arange(len(scores.labels))
        answers = scores.labels[:, self.answers]
        best = self.answers[answers.argmax(axis=1)]
        same = self.groups[self.answers] == self.groups[best][:, None]
        evidence = np.stack(
            [
                scores.labels[rows, best],
                np.where(same, 0, answers).max(axis=1, initial=0),
                scores.labels[:, self.subjects].max(axis=1, initial=0),
                scores.labels[:, self.others].max(axis=1, initial=0),
                scores.answerable,
                scores.strangeness,
            ],
            axis=1,
        )
        return best, evidence


@dataclass(frozen=True)
class Index:
    """`columns[g]` are the labels that gram `g` says most about, `values[g]` its weights for them.

    Both are as small as they can be, for they are most of the memory that the bot takes.
    """

    labels: Labels
    vectors: Vectors
    columns: NDArray[np.unsignedinteger[Any]]
    values: NDArray[np.float16]
    bias: Floats
    answerable: Floats
    answerable_bias: float
    certainty: Certainty
    words: Counter[str]
    """How often the examples use each word; 0 for words that only the lexicon has."""

    def scores(self, counts: Mapping[str, int]) -> Scores:
        """The scores of one question, given its grams."""
        positions, vector, strangeness = self.vectors.vector(counts)
        sums = np.bincount(
            self.columns[positions].ravel(),
            (self.values[positions] * vector[:, None]).ravel(),
            minlength=len(self.bias),
        )
        answerable = vector @ self.answerable[positions] + self.answerable_bias
        return Scores(
            (sums + self.bias).astype(np.float32)[None],
            np.array([answerable], np.float32),
            np.array([strangeness], np.float32),
        )
