"""Grams → vectors over the rows of what is known of grams, and how much of a vector is covered."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.features import CONCEPTS, WEIGHTS, Grams, channels
from bot.weights import Floats, Integers

KINDS = 3
_KINDS = np.array([0, 1, 1, 2, 2])
"""The kinds of grams of which coverage is told apart: of letters, of words, of concepts; by channel."""

NEARLY_NOTHING = 1e-3
"""The squared length of what is covered where there is nothing to cover."""


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


def covered(vectors: Sequence[Vector], counted: NDArray[np.bool_], told: NDArray[np.bool_]) -> Floats:
    """The share of the grams of each kind that is `told`, in squared length, of those that are `counted`; both are as
    long as the known grams of all `vectors` (n × `KINDS`)."""
    cells = np.concatenate([question * KINDS + vector.kinds for question, vector in enumerate(vectors)])
    squares = np.concatenate([vector.values for vector in vectors]) ** 2
    size = len(vectors) * KINDS
    of_all, of_told = (np.bincount(cells, squares * these, size) for these in (counted, counted & told))
    return (of_told / (of_all + NEARLY_NOTHING)).reshape(-1, KINDS).astype(np.float32)
