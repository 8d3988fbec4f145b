"""What grams say for and against each label, in as few bytes as tell it: for most of an index is this."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]

LARGEST = 127
"""Weights are whole numbers from minus this to this, which is the largest of each row. Of the question sets no more
than one in three thousand is answered otherwise than with weights of 16 bits."""


@dataclass(frozen=True)
class Weights:
    """A sparse matrix: row `r` has `values[i]` times `units[r]` in `columns[i]` for `i` from `starts[r]` to before
    `starts[r + 1]`, and 0 elsewhere."""

    starts: Integers
    """(rows + 1)"""
    columns: NDArray[np.unsignedinteger[Any]]
    values: NDArray[np.int8]
    units: Floats
    """(rows)"""

    @classmethod
    def of(cls, starts: NDArray[np.integer[Any]], columns: NDArray[np.integer[Any]], values: Floats) -> Self:
        """The matrix with `values` as they are; each row must have one at least."""
        units = np.asarray(np.maximum.reduceat(np.abs(values), starts[:-1]) / LARGEST, np.float32)
        steps = values / np.maximum(units, np.finfo(np.float32).tiny).repeat(np.diff(starts))
        small = np.rint(steps).astype(np.int8)
        return cls(starts.astype(np.int32), columns.astype(np.min_scalar_type(columns.max(initial=0))), small, units)

    def times(self, vectors: Sequence[tuple[Integers, Floats]], width: int) -> Floats:
        """`vectors` times the matrix (n × `width`, which is how many columns it has); each as the rows where it is not
        0, and what it is there."""
        lengths = [len(rows) for rows, _ in vectors]
        rows = np.concatenate([rows for rows, _ in vectors])
        values = np.concatenate([values for _, values in vectors]) * self.units[rows]
        starts = self.starts[rows]
        taken = self.starts[rows + 1] - starts
        ends = taken.cumsum()
        at = np.arange(taken.sum()) + (starts - ends + taken).repeat(taken)
        cells = self.columns[at] + (np.arange(len(vectors)) * width).repeat(lengths).repeat(taken)
        sums = np.bincount(cells, self.values[at] * values.repeat(taken), minlength=len(vectors) * width)
        return sums.reshape(len(vectors), width).astype(np.float32)
