"""The trained matcher as arrays: what each gram says for and against each label, and how to read the sums.

A label is anything a message can be about. Scores are sums of gram weights; `certainty` turns them into the
probability that the best passage is the right one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.certainty import Certainty
from bot.features import Grams
from bot.model import Outcome
from bot.tally import UNANSWERED, Tally
from bot.usage import Usage
from bot.vectors import Batch, Floats, Integers, Vectors
from bot.weights import Weights

SHARPNESS = 15.0
"""How sharply scores become shares of likelihood among the labels."""


@dataclass(frozen=True)
class Label:
    """An intent, a subject, a command, small talk or nothing of ours; `group` is an intent's paragraph,
    `question_words` are the concepts of those that it answers, and `holds_for` the paragraphs for all of which it does
    so; `event` tells that it is about another event than the statement's."""

    id: str
    outcome: Outcome
    group: int = UNANSWERED
    question_words: tuple[str, ...] = ()
    holds_for: tuple[int, ...] = ()
    event: bool = False


@dataclass(frozen=True)
class Scores:
    """How `n` questions score: per label (n × labels, about 0 to 1), as answerable at all (n, about -1 to 1), how
    strange they are (n, the share of their grams that no example has, 0 to 1), and how many grams they have (n)."""

    labels: Floats
    answerable: Floats
    strangeness: Floats
    sizes: Floats


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

    @cached_property
    def places(self) -> NDArray[np.intp]:
        """The place of each label among the answers, and of any other behind them."""
        places = np.full(len(self.items), len(self.answers))
        places[self.answers] = np.arange(len(self.answers))
        return places

    def evidence(self, scores: Scores, best: Integers, tallied: Floats, used: Floats) -> Floats:
        """What speaks for and against the `best` answers (n × 24).

        In order: its score, the best score of an answer from another paragraph, of a subject that the statement does
        not cover, and of anything else; how answerable, how strange and how long (logarithm) the question is; the
        log-odds of the best answer's paragraph, of all subjects and of anything else together, as softmax shares of
        the scores; what is `tallied` of that paragraph (n × 9); and how the words are `used` for that answer (n × 5).
        """
        rows = np.arange(len(scores.labels))
        answers = scores.labels[:, self.answers]
        same = self.groups[best][:, None] == self.groups[self.answers]
        shares = np.exp(SHARPNESS * (scores.labels - scores.labels.max(axis=1, keepdims=True)))
        shares /= shares.sum(axis=1, keepdims=True)
        together = np.array(
            (
                (shares[:, self.answers] * same).sum(axis=1),
                shares[:, self.subjects].sum(axis=1),
                shares[:, self.others].sum(axis=1),
            )
        )
        evidence = np.array(
            (
                scores.labels[rows, best],
                np.where(same, 0, answers).max(axis=1, initial=0),
                scores.labels[:, self.subjects].max(axis=1, initial=0),
                scores.labels[:, self.others].max(axis=1, initial=0),
                scores.answerable,
                scores.strangeness,
                np.log1p(scores.sizes),
                *np.log((together + 1e-4) / (1 - together + 1e-4)),  # at most about 9 either way
            )
        ).T
        return np.concatenate([evidence, tallied, used], axis=1)


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
    tally: Tally
    usage: Usage
    bias: Floats
    certainty: Certainty
    words: Counter[str]
    """How often the examples use each word that they use more than once, or that the lexicon has."""
    seldom: NDArray[np.uint32]
    """The others, hashed; see `vocabulary`."""

    def scores(self, questions: Sequence[Grams]) -> Scores:
        """The scores of `questions`, each given as its grams; one pass over all is faster than one over each."""
        return self._scores(self.vectors.batch(questions), questions)

    def weigh(self, questions: Sequence[Grams]) -> tuple[Scores, Floats, Floats]:
        """The scores of `questions`, what speaks for and against the best answer of each, and its certainty (n)."""
        batch = self.vectors.batch(questions)
        scores = self._scores(batch, questions)
        best = self.labels.best(scores)
        tallied = self.tally.evidence(batch, self.labels.groups[best])
        used = self.usage.evidence(questions, self.labels.places[best])
        evidence = self.labels.evidence(scores, best, tallied, used)
        return scores, evidence, self.certainty(evidence)

    def _scores(self, batch: Batch, questions: Sequence[Grams]) -> Scores:
        scores = self.weights.times(batch, len(self.bias)) + self.bias
        sizes = np.array([len(grams.ids) for grams in questions], np.float32)
        return Scores(scores[:, :-1], scores[:, -1], batch.strangeness, sizes)
