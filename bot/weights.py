"""What grams say for and against each label, in as few bytes as tell it: for most of an index is this."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bot.vectors import Batch, Floats

LARGEST = 127
"""Weights are whole numbers from minus this to this, which is the largest of each row. Of the question sets no more
than one in three thousand is answered otherwise than with weights of 16 bits."""

Table = tuple[NDArray[np.integer[Any]], Floats]
"""Of each row the columns of the weights that it keeps, and these weights (rows × kept)."""


@dataclass(frozen=True)
class Weights:
    """A sparse matrix: each row keeps its largest weights, of the first rows more than of the others."""

    columns: NDArray[np.unsignedinteger[Any]]
    """Of the first rows (first × kept)."""
    values: NDArray[np.int8]
    seldom_columns: NDArray[np.unsignedinteger[Any]]
    """Of the others (others × kept)."""
    seldom_values: NDArray[np.int8]
    units: NDArray[np.float16]
    """What 1 stands for in the values of each row (first + others)."""

    @classmethod
    def of(cls, first: Table, others: Table) -> Self:
        """The matrix with these weights as they are."""
        parts = [cls._steps(*table) for table in (first, others)]
        (columns, values, units), (seldom_columns, seldom_values, seldom_units) = parts
        return cls(columns, values, seldom_columns, seldom_values, np.concatenate([units, seldom_units]))

    def times(self, batch: Batch, width: int) -> Floats:
        """Each question's vector times the matrix (n × `width`, which is how many columns it has)."""
        values = batch.values * self.units[batch.rows]
        first = batch.rows < len(self.columns)
        cells, products = [], []
        for taken, rows, columns, weights in (
            (first, batch.rows[first], self.columns, self.values),
            (~first, batch.rows[~first] - len(self.columns), self.seldom_columns, self.seldom_values),
        ):
            cells.append((columns[rows] + batch.questions[taken, None] * width).ravel())
            products.append((weights[rows] * values[taken, None]).ravel())
        sums = np.bincount(np.concatenate(cells), np.concatenate(products), len(batch) * width)
        return sums.reshape(len(batch), width).astype(np.float32)

    @staticmethod
    def _steps(
        columns: NDArray[np.integer[Any]], weights: Floats
    ) -> tuple[NDArray[np.unsignedinteger[Any]], NDArray[np.int8], NDArray[np.float16]]:
        """A table in few bytes: columns, whole numbers, and what 1 stands for in each row."""
        units = (np.abs(weights).max(axis=1, initial=0) / LARGEST).astype(np.float16)
        steps = weights / np.maximum(units, np.finfo(np.float16).smallest_subnormal)[:, None]
        values = np.rint(steps).clip(-LARGEST, LARGEST).astype(np.int8)
        return columns.astype(np.min_scalar_type(columns.max(initial=0))), values, units
