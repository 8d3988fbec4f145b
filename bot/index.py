"""The trained matcher as arrays: what each gram says for and against each label, and how to read the sums.

A label is anything a message can be about. Scores are sums of gram weights; `certainty` turns them into the
probability that the best passage is the right one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.features import CONCEPTS, WEIGHTS, Grams, channels
from bot.model import Outcome
from bot.weights import Floats, Integers, Weights

KINDS = 3
_KINDS = np.array([0, 1, 1, 2, 2])
"""The kinds of grams of which coverage is told apart: of letters, of words, of concepts; by channel."""

NEARLY_NOTHING = 1e-3
"""The squared length of what is covered where there is nothing to cover."""

SHARPNESS = 15.0
"""How sharply scores become shares of likelihood among the labels."""

OUTLYING = 4.0
"""Deviations from the mean beyond which evidence says no more."""

LOGIT = 20.0
"""The surest that certainty is, one way or the other: never 0 nor 1."""


@dataclass(frozen=True)
class Label:
    """An intent, a subject, a command, small talk or nothing of ours; `group` is an intent's paragraph, else -1."""

    id: str
    outcome: Outcome
    group: int = -1


@dataclass(frozen=True)
class Scores:
    """How `n` questions score: per label (n × labels, about 0 to 1), as answerable at all (n, about -1 to 1), how
    strange they are (n, the share of their grams that no example has, 0 to 1), and how many grams they have (n)."""

    labels: Floats
    answerable: Floats
    strangeness: Floats
    sizes: Floats


@dataclass(frozen=True)
class Vector:
    """A question as its known grams (n): their rows, each one's value for its row, and its kind; and the unknown ones'
    share of the squared length."""

    rows: Integers
    values: Floats
    kinds: NDArray[np.intp]
    strangeness: float


@dataclass(frozen=True)
class Vectors:
    """How grams become a vector, of length 1 over all grams, unknown ones too: the stranger a question, the lower all
    its scores."""

    ids: NDArray[np.uint32]
    """The known grams, ascending (g)."""
    rows: Integers
    """Each gram's row in all that is known of grams (g). Grams that the same examples have, equally often, share one:
    they have learned the same. The commonest come first, so that what questions touch lies together in memory."""
    rarity: NDArray[np.float16]
    """How rare the grams of each row are (rows)."""

    @cached_property
    def unknown_rarity(self) -> np.float32:
        """The rarity of a gram that no example has."""
        return np.float32(self.rarity.max(initial=1))

    def vector(self, grams: Grams) -> Vector:
        """The vector of `grams`."""
        positions = self.ids.searchsorted(grams.ids)
        known = self.ids.take(positions, mode="clip") == grams.ids
        rows = self.rows[positions[known]]
        channel = channels(grams.ids)
        weights = WEIGHTS[channel]
        counted = weights * grams.damped
        values = counted[known] * self.rarity[rows]
        # Two known concepts side by side are no sign of a strange question.
        strange = counted[~known & (channel != CONCEPTS)] * self.unknown_rarity
        unknown = float(strange @ strange)
        length = float(values @ values) + unknown or 1.0
        values *= weights[known] / np.float32(np.sqrt(length))
        return Vector(rows, values, _KINDS[channel[known]], unknown / length)


@dataclass(frozen=True)
class Certainty:
    """A logistic model from evidence, and its products two by two, to the probability that the best answer is right.

    `mean` and `deviation` are as long as the evidence, `slope` as what `weighed` makes of it.
    """

    mean: Floats
    deviation: Floats
    slope: Floats

    def __call__(self, evidence: Floats) -> Floats:
        """Probabilities (n) for `evidence` (n × kinds of evidence)."""
        logit = (weighed(evidence, self.mean, self.deviation) @ self.slope).clip(-LOGIT, LOGIT)
        return np.asarray(1 / (1 + np.exp(-logit)), np.float32)


def weighed(evidence: Floats, mean: Floats, deviation: Floats) -> Floats:
    """What certainty weighs: a constant, `evidence` in deviations from the mean, and the products of these."""
    kinds = ((evidence - mean) / deviation).clip(-OUTLYING, OUTLYING)
    products = (kinds[:, :, None] * kinds[:, None]).reshape(len(kinds), -1)
    return np.column_stack([np.ones(len(kinds), np.float32), kinds, products])


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

    def best(self, scores: Scores) -> Integers:
        """The column of the answer that scores best (n)."""
        best: Integers = self.answers[scores.labels[:, self.answers].argmax(axis=1)]
        return best

    def evidence(self, scores: Scores, best: Integers, coverage: Floats) -> Floats:
        """What speaks for and against the `best` answers (n × 13).

        In order: its score, the best score of an answer from another paragraph, of a subject that the statement does
        not cover, and of anything else; how answerable, how strange and how long (logarithm) the question is; the
        log-odds of the best answer's paragraph, of all subjects and of anything else together, as softmax shares of
        the scores; and the `coverage` of the question by that paragraph (n × `KINDS`).
        """
        rows = np.arange(len(scores.labels))
        answers = scores.labels[:, self.answers]
        same = self.groups[best][:, None] == self.groups[self.answers]
        shares = np.exp(SHARPNESS * (scores.labels - scores.labels.max(axis=1, keepdims=True)))
        shares /= shares.sum(axis=1, keepdims=True)
        evidence = np.stack(
            [
                scores.labels[rows, best],
                np.where(same, 0, answers).max(axis=1, initial=0),
                scores.labels[:, self.subjects].max(axis=1, initial=0),
                scores.labels[:, self.others].max(axis=1, initial=0),
                scores.answerable,
                scores.strangeness,
                np.log1p(scores.sizes),
                _log_odds(np.where(same, shares[:, self.answers], 0).sum(axis=1)),
                _log_odds(shares[:, self.subjects].sum(axis=1)),
                _log_odds(shares[:, self.others].sum(axis=1)),
            ],
            axis=1,
        )
        return np.concatenate([evidence, coverage], axis=1)


def shares(vectors: Sequence[Vector], counted: NDArray[np.bool_], told: NDArray[np.bool_]) -> Floats:
    """The share of the grams of each kind that is `told`, in squared length, of those that are `counted`; both are as
    long as the known grams of all `vectors` (n × `KINDS`)."""
    cells = np.concatenate([question * KINDS + vector.kinds for question, vector in enumerate(vectors)])
    squares = np.concatenate([vector.values for vector in vectors]) ** 2
    size = len(vectors) * KINDS
    of_all, of_told = (np.bincount(cells, squares * these, size) for these in (counted, counted & told))
    return (of_told / (of_all + NEARLY_NOTHING)).reshape(-1, KINDS).astype(np.float32)


def _log_odds(shares: Floats) -> Floats:
    """The log-odds of `shares` (0 to 1), at most about 9 either way."""
    return np.log((shares + 1e-4) / (1 - shares + 1e-4)).astype(np.float32)


@dataclass(frozen=True)
class LeftOut:
    """How each of `n` examples is found by a model that was trained without it."""

    truth: Integers
    """The column of its own label (n)."""
    found: Integers
    """The column of the label of any kind that scores best (n)."""
    best: Integers
    """The column of the answer that scores best (n)."""
    certainty: Floats
    """The certainty of that answer (n)."""


@dataclass(frozen=True)
class Index:
    """`weights` are what the rows of `vectors` say of each label, and in the last column of whether a question can be
    answered at all; `bias` is what is said before any gram is seen (labels + 1)."""

    labels: Labels
    vectors: Vectors
    weights: Weights
    told: NDArray[np.unsignedinteger[Any]]
    """Which groups have an answer whose examples have the grams of each row, as bits (rows)."""
    bias: Floats
    certainty: Certainty
    words: Counter[str]
    """How often the examples use each word that they use more than once, or that the lexicon has."""
    seldom: NDArray[np.uint32]
    """The others, hashed; see `vocabulary`."""

    def scores(self, questions: Sequence[Grams]) -> Scores:
        """The scores of `questions`, each given as its grams; one pass over all is faster than one over each."""
        return self._scores([self.vectors.vector(grams) for grams in questions], questions)

    def weigh(self, questions: Sequence[Grams]) -> tuple[Scores, Floats, Floats]:
        """The scores of `questions`, what speaks for and against the best answer of each, and its certainty (n)."""
        vectors = [self.vectors.vector(grams) for grams in questions]
        scores = self._scores(vectors, questions)
        best = self.labels.best(scores)
        rows = np.concatenate([vector.rows for vector in vectors])
        groups = self.labels.groups[best].astype(np.uint64).repeat([len(vector.rows) for vector in vectors])
        told = (self.told[rows] >> groups & np.uint64(1)).astype(np.bool_)
        evidence = self.labels.evidence(scores, best, shares(vectors, np.ones_like(told), told))
        return scores, evidence, self.certainty(evidence)

    def _scores(self, vectors: Sequence[Vector], questions: Sequence[Grams]) -> Scores:
        scores = self.weights.times([(of_one.rows, of_one.values) for of_one in vectors], len(self.bias)) + self.bias
        return Scores(
            scores[:, :-1],
            scores[:, -1],
            np.array([of_one.strangeness for of_one in vectors], np.float32),
            np.array([len(grams.ids) for grams in questions], np.float32),
        )
