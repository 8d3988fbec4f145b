"""Grams → vectors over the rows of what is known of grams."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.features import CONCEPTS, WEIGHTS, Grams, channels
from bot.places import Hashes, ordered, packed, places, unpacked

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]

KINDS = 3
_KINDS = np.array([0, 1, 1, 2, 2])
"""The kinds of grams that are told apart: of letters, of words, of concepts; by channel."""

_THIRDS = 3
_WORTH = np.array([1, 1 << 8, 1 << 16], np.int32)
"""How many bytes a row's number has, and what 1 is worth in each."""

NEARLY_NOTHING = 1e-3
"""What is added to a squared length that may be 0 before dividing by it."""


@dataclass(frozen=True)
class Batch:
    """The vectors of `n` questions, as their known grams (m), one question's after another's."""

    questions: NDArray[np.intp]
    """Which question each gram is of, ascending (m)."""
    rows: Integers
    """Its row in what is known of grams (m)."""
    values: Floats
    """Its value for that row (m)."""
    kinds: NDArray[np.intp]
    """Its kind (m)."""
    strangeness: Floats
    """The unknown grams' share of the squared length of each question (n)."""

    def __len__(self) -> int:
        """How many questions these are."""
        return len(self.strangeness)

    def means(self, values: Floats, counted: NDArray[np.bool_]) -> Floats:
        """The mean of each of `values` (k × m) over the grams of each kind that are `counted` (m), weighed by their
        squared length; 0 where there are none (n × k `KINDS`)."""
        cells, squares, size = self.questions * KINDS + self.kinds, self.values**2 * counted, len(self) * KINDS
        of_each = cells + size * np.arange(len(values))[:, None]
        sums = np.bincount(of_each.ravel(), (values * squares).ravel(), len(values) * size).reshape(-1, size)
        means = (sums / (np.bincount(cells, squares, size) + NEARLY_NOTHING)).astype(np.float32)
        return means.reshape(-1, len(self), KINDS).swapaxes(0, 1).reshape(len(self), -1)


@dataclass(frozen=True)
class Vectors:
    """How grams become a vector, of length 1 over all grams, unknown ones too: the stranger a question, the lower all
    its scores."""

    begins: NDArray[np.uint32]
    """Where the buckets of the known grams begin; see `places`."""
    halves: NDArray[np.uint16]
    """The lower halves of the known grams (g)."""
    thirds: NDArray[np.uint8]
    """Each gram's row in all that is known of grams, lowest byte first (g × 3). Grams that the same examples have,
    equally often, share one: they have learned the same. The commonest come first, so that what questions touch lies
    together in memory."""
    steps: Integers
    """The rows from which on the rarity is another than before, ascending from the first."""
    degrees: NDArray[np.float16]
    """How rare the grams of the rows from each step on are (steps)."""

    @classmethod
    def of(cls, ids: Hashes, rows: Integers, rarity: NDArray[np.float16]) -> Self:
        """The vectors of the different grams `ids` (g), which are known by these `rows` (g), fewer than 2^24, whose
        grams are of this `rarity` (rows)."""
        order = ordered(ids)
        bytes_of = rows[order].astype("<u4").view(np.uint8).reshape(-1, 4)
        steps = np.append(0, 1 + np.flatnonzero(np.diff(rarity))).astype(np.int32)
        return cls(*packed(ids[order]), bytes_of[:, :_THIRDS].copy(), steps, rarity[steps])

    @property
    def ids(self) -> Hashes:
        """The known grams (g)."""
        return unpacked(self.begins, self.halves)

    @property
    def rows(self) -> Integers:
        """The row of each of `ids` (g)."""
        return _rows(self.thirds)

    def rarity(self, rows: Integers) -> NDArray[np.float16]:
        """How rare the grams of `rows` are."""
        return self.degrees[self.steps.searchsorted(rows, side="right") - 1]

    @cached_property
    def unknown_rarity(self) -> np.float32:
        """The rarity of a gram that no example has."""
        return np.float32(self.degrees.max(initial=1))

    def batch(self, questions: Sequence[Grams]) -> Batch:
        """The vectors of `questions`."""
        ids = np.concatenate([grams.ids for grams in questions])
        question = np.arange(len(questions)).repeat([len(grams.ids) for grams in questions])
        at, known = places(self.begins, self.halves, ids)
        rows = _rows(self.thirds[at[known]])
        channel = channels(ids)
        weights = WEIGHTS[channel]
        counted = weights * np.concatenate([grams.damped for grams in questions])
        values = counted[known] * self.rarity(rows)
        # Two known concepts side by side are no sign of a strange question.
        strange = ~known & (channel != CONCEPTS)
        unknown = np.bincount(question[strange], (counted[strange] * self.unknown_rarity) ** 2, len(questions))
        question = question[known]
        lengths = np.bincount(question, values**2, len(questions)) + unknown
        lengths[lengths == 0] = 1
        values *= weights[known] / np.sqrt(lengths, dtype=np.float32)[question]
        return Batch(question, rows, values, _KINDS[channel[known]], (unknown / lengths).astype(np.float32))


def _rows(thirds: NDArray[np.uint8]) -> Integers:
    """The rows that `thirds` (g × 3) are the bytes of (g)."""
    return thirds.astype(np.int32) @ _WORTH
