"""Grams → vectors over the rows of what is known of grams."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.features import CONCEPTS, WEIGHTS, Grams, channels

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]

KINDS = 3
_KINDS = np.array([0, 1, 1, 2, 2])
"""The kinds of grams that are told apart: of letters, of words, of concepts; by channel."""

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

    def means(self, values: Sequence[NDArray[Any]], counted: NDArray[np.bool_]) -> Floats:
        """The mean of each of `values` (k × m) over the grams of each kind that are `counted` (m), weighed by their
        squared length; 0 where there are none (n × k `KINDS`)."""
        cells, squares, size = self.questions * KINDS + self.kinds, self.values**2 * counted, len(self) * KINDS
        lengths = np.bincount(cells, squares, size) + NEARLY_NOTHING
        means = [np.bincount(cells, squares * of_one, size) / lengths for of_one in values]
        return np.stack(means, dtype=np.float32).reshape(-1, len(self), KINDS).swapaxes(0, 1).reshape(len(self), -1)


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

    def batch(self, questions: Sequence[Grams]) -> Batch:
        """The vectors of `questions`."""
        ids = np.concatenate([grams.ids for grams in questions])
        question = np.arange(len(questions)).repeat([len(grams.ids) for grams in questions])
        positions, known = places(self.ids, ids)
        rows = self.rows[positions[known]]
        channel = channels(ids)
        weights = WEIGHTS[channel]
        counted = weights * np.concatenate([grams.damped for grams in questions])
        values = counted[known] * self.rarity[rows]
        # Two known concepts side by side are no sign of a strange question.
        strange = ~known & (channel != CONCEPTS)
        unknown = np.bincount(question[strange], (counted[strange] * self.unknown_rarity) ** 2, len(questions))
        question = question[known]
        lengths = np.bincount(question, values**2, len(questions)) + unknown
        lengths[lengths == 0] = 1
        values *= weights[known] / np.sqrt(lengths, dtype=np.float32)[question]
        return Batch(question, rows, values, _KINDS[channel[known]], (unknown / lengths).astype(np.float32))


def places(known: NDArray[np.uint32], wanted: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Where each of `wanted` stands among the `known`, ascending, and whether it is one of them."""
    found = known.searchsorted(wanted)
    is_known = found < len(known)
    is_known[is_known] = known[found[is_known]] == wanted[is_known]
    return found, is_known
