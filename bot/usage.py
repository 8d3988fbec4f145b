"""How many examples of each intent use a word: whether a question asks what that intent is asked.

The tally counts by paragraph, this by intent, and so tells that "how many voted" is none of the questions to which the
paragraph's "it was qualified as a crime" is the answer. Words count by their first letters, beside their concepts;
those that ask ("how many") and those that name something are looked at apart. The measure is that of the `tally`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.features import ASKING, Grams, channels
from bot.tally import log_share
from bot.vectors import Floats, Integers

STEPS = 16
"""Into how many steps a doubling of a count is divided, so that 255 of them reach sixty thousand examples."""

USED_FROM = 2
"""How many examples must use a word for it to count: of one alone nobody can tell what it is used for."""


@dataclass(frozen=True)
class Used:
    """The known words of `n` questions (m), one question's after another's."""

    questions: NDArray[np.intp]
    """Which question each is of, ascending (m)."""
    asks: NDArray[np.bool_]
    """Whether it asks (m)."""
    rows: NDArray[np.intp]
    """Its row in what is known of words (m)."""
    naming: NDArray[np.intp]
    """How many words of each question name something, unknown ones too (n)."""

    def only(self, known: NDArray[np.bool_]) -> "Used":
        """The same if no more than `known` (m) were known."""
        return replace(self, questions=self.questions[known], asks=self.asks[known], rows=self.rows[known])


@dataclass(frozen=True)
class Usage:
    """Examples are counted by the intent that they ask for, and last those that nothing answers."""

    ids: NDArray[np.uint32]
    """The known words, ascending (w)."""
    counts: NDArray[np.uint8]
    """How many examples of each intent use each word, and last of the others: as the steps of a doubling to one more
    than that (w × intents + 1)."""
    totals: Integers
    """How many examples each intent has, and last the others (intents + 1)."""

    @classmethod
    def of(cls, ids: NDArray[np.uint32], table: Integers, totals: Integers) -> Self:
        """The usage of the words `ids`, ascending, of which each intent and last the others have as many examples as
        `table` says (w × intents + 1)."""
        steps = np.rint(np.log2(table + 1.0) * STEPS).clip(max=np.iinfo(np.uint8).max)
        return cls(ids, steps.astype(np.uint8), totals)

    def evidence(self, questions: Sequence[Grams], intents: NDArray[np.intp]) -> Floats:
        """What usage says of the `intents` (n, in the order of the counts) that the questions are asked about; see
        `weighed`."""
        words = used(self.ids, questions)
        asked = intents[words.questions]
        for_it, others = (counted(self.counts[words.rows, column]) for column in (asked, -1))
        return weighed(words, for_it, others, self.totals[asked], self.totals[-1:])


def counted(steps: NDArray[np.uint8]) -> Floats:
    """How many examples `steps` stand for."""
    return np.asarray(2 ** (steps / np.float32(STEPS)) - 1)


def used(ids: NDArray[np.uint32], questions: Sequence[Grams]) -> Used:
    """The words of `questions`, whose rows are their places among `ids`."""
    words = np.concatenate([grams.words for grams in questions])
    question = np.arange(len(questions)).repeat([len(grams.words) for grams in questions])
    asks = channels(words) == ASKING
    rows = ids.searchsorted(words)
    known = rows < len(ids)
    known[known] = ids[rows[known]] == words[known]
    naming = np.bincount(question[~asks], minlength=len(questions))
    return Used(question[known], asks[known], rows[known], naming)


def weighed(
    words: Used, for_it: Floats, others: Floats, totals: NDArray[np.integer], rest: NDArray[np.integer]
) -> Floats:
    """What `words` (m) say of the intents that their questions are asked about, `for_it` of whose `totals` examples use
    each word (m), and `others` of the `rest` that nothing answers (m; n × 5): of those that ask the mean and the least
    logarithm of how much likelier an example of the intent is to use them, the same of those that name something, and
    of how many of these any example of the intent does (0 to 1)."""
    ratios, size = log_share(for_it, totals) - log_share(others, rest), len(words.naming)
    evidence = []
    for kind in (words.asks, ~words.asks):
        question, ratio = words.questions[kind], ratios[kind]
        counts = np.bincount(question, minlength=size)
        least = np.full(size, np.inf)
        np.minimum.at(least, question, ratio)
        evidence += [np.bincount(question, ratio, size) / counts.clip(min=1), np.where(counts, least, 0)]
    has = np.bincount(words.questions, (for_it > 0) & ~words.asks, size) / words.naming.clip(min=1)
    return np.stack([*evidence, has], axis=1, dtype=np.float32)
