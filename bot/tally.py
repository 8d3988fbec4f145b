"""How many examples of what have a gram: the naive Bayes view of a question, beside the linear one of its weights.

A gram that no example of an answer's paragraph has, or that far more of what cannot be answered have, speaks against
that answer even where the weights of all other grams outweigh it. Each gram that is there counts by the logarithm of
the ratio of its likelihoods, estimated with half an example more for and against it (Manning, Raghavan & Schütze,
"Introduction to Information Retrieval", 2008, 11.3). For what the two views do together see Wang & Manning, "Baselines
and Bigrams", 2012.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bot.vectors import Batch, Floats, Integers

UNANSWERED = -1
"""The group of what nothing answers, which is the last of all."""


@dataclass(frozen=True)
class Tally:
    """Examples are counted by the paragraph that answers them, their group, and last those that nothing answers."""

    common: NDArray[np.uint16]
    """How many examples of each group have the grams of each of the first rows (first × groups + 1)."""
    seldom: NDArray[np.uint8]
    """Of the other rows, which groups have any: eight to a byte, the first the highest bit (others × bytes)."""
    held: NDArray[np.uint8]
    """How many examples have the grams of each of the other rows (others)."""
    totals: Integers
    """How many examples each group has (groups + 1)."""

    @classmethod
    def of(cls, table: NDArray[np.integer], totals: Integers, first: int) -> Self:
        """The tally of `table`: how many examples of each group have each row (rows × groups + 1)."""
        common, others = np.split(table, [first])
        return cls(
            common.clip(max=np.iinfo(np.uint16).max).astype(np.uint16),
            np.packbits(others > 0, axis=1),
            others.sum(axis=1).clip(max=np.iinfo(np.uint8).max).astype(np.uint8),
            totals,
        )

    def table(self, rows: Integers) -> Floats:
        """How many examples of each group have each of `rows` (m × groups + 1), as far as that is known."""
        table = np.empty((len(rows), len(self.totals)), np.float32)
        first = rows < len(self.common)
        table[first] = self.common[rows[first]]
        others = rows[~first] - len(self.common)
        has = np.unpackbits(self.seldom[others], axis=1, count=len(self.totals))
        table[~first] = _spread(has, self.held[others])
        return table

    def evidence(self, batch: Batch, groups: Integers) -> Floats:
        """What the tally says of the groups (n) that the questions of `batch` are asked about; see `tallied`."""
        return tallied(batch, groups, self.table(batch.rows), self.totals)


def without(table: Integers, rows: Integers, own: Integers, first: int) -> Floats:
    """What a tally of `table` (rows × groups + 1) would say of each of `rows` (m) without the example that the gram is
    of, whose group is `own` (m); `first` rows are common ones (m × groups + 1)."""
    rest = table[rows].astype(np.float32)
    rest[np.arange(len(rows)), own] -= 1
    seldom = rows >= first
    rest[seldom] = _spread(rest[seldom] > 0, rest[seldom].sum(axis=1))
    return rest


def tallied(batch: Batch, groups: Integers, table: Floats, totals: Integers) -> Floats:
    """What `table`, how many examples of each group have each gram of `batch` (m × groups + 1), says of the group that
    each question is asked about (n), by kinds of grams (n × 3 `KINDS`): how much of the question any example of that
    group has (0 to 1), and the mean logarithm of how much likelier one of it is to have these grams than one that
    nothing answers, and than one of another group. Of each group there are `totals` (groups + 1)."""
    asked = groups[batch.questions]
    held, for_it, unanswered = table.sum(axis=1), table[np.arange(len(table)), asked], table[:, UNANSWERED]
    counts = np.array((for_it, unanswered, held - for_it - unanswered))
    beside = np.array((totals, np.full_like(totals, totals[UNANSWERED]), totals[:UNANSWERED].sum() - totals))
    likelihood, *others = log_share(counts, beside[:, asked])
    return batch.means(np.array((for_it > 0, *(likelihood - other for other in others))), held > 0)


def _spread(has: NDArray[Any], held: NDArray[Any]) -> Floats:
    """`held` examples (m) spread evenly over the groups that have any (m × groups + 1)."""
    each = np.asarray(held / np.maximum(has.sum(axis=1), 1), np.float32)
    return has * each[:, None]


def log_share(counts: Floats, totals: NDArray[np.integer]) -> Floats:
    """The logarithm of the share `counts` / `totals`, with half an example more for and against it."""
    return np.log((counts.clip(min=0) + 0.5) / (totals + 1).astype(np.float32))
