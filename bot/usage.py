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
        columns = beside_last(intents[words.questions], len(self.totals) - 1)
        return weighed(words, counted(self.counts[words.rows, columns]), self.totals[columns])


def beside_last(intents: NDArray[np.intp], last: int) -> NDArray[np.intp]:
    """The columns of `intents` (m), and beside each the `last` (2 × m)."""
    return np.array((intents, np.full_like(intents, last)))


def counted(steps: NDArray[np.uint8]) -> Floats:
    """How many examples `steps` stand for."""
    return np.asarray(_COUNTED[steps])


_COUNTED = 2 ** (np.arange(np.iinfo(np.uint8).max + 1) / np.float32(STEPS)) - 1


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


def weighed(words: Used, counts: Floats, totals: NDArray[np.integer]) -> Floats:
    """What `words` (m) say of the intents that their questions are asked about: `counts` are how many examples of the
    intent use each word, of its `totals`, and of how many nothing answers (2 × m; n × 5). Of the words that ask the
    mean and the least logarithm of how much likelier an example of the intent is to use them, the same of those that
    name something, and of how many of these any example of the intent does (0 to 1)."""
    (for_it, _), (likelihood, otherwise) = counts, log_share(counts, totals)
    ratios, size = likelihood - otherwise, len(words.naming)
    cells = 2 * words.questions + ~words.asks
    numbers = np.bincount(cells, minlength=2 * size)
    least = np.full(2 * size, np.inf)
    np.minimum.at(least, cells, ratios)
    means = np.bincount(cells, ratios, 2 * size) / numbers.clip(min=1)
    has = np.bincount(words.questions, (for_it > 0) & ~words.asks, size) / words.naming.clip(min=1)
    both = np.array((means, np.where(numbers, least, 0))).T.reshape(size, -1)
    return np.concatenate([both, has[:, None]], axis=1, dtype=np.float32)
