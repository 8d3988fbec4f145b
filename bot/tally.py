"""How many examples of what have a gram: the naive Bayes view of a question, beside the linear one of its weights.

A gram that no example of an answer's paragraph has, or that far more of what cannot be answered have, speaks against
that answer even where the weights of all other grams outweigh it (the Bernoulli model of Manning, Raghavan & Schütze,
"Introduction to Information Retrieval", 2008, 13.3; for what the two views do together see Wang & Manning, "Baselines
and Bigrams", 2012).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.vectors import Batch, Floats, Integers

UNANSWERED = -1
"""The group of what nothing answers, which is the last of all."""


@dataclass(frozen=True)
class Counts:
    """Of each gram of a batch (m), how many examples have it."""

    all: Floats
    asked: Floats
    """Of those that the paragraph asked about answers."""
    unanswered: Floats
    """Of those that nothing answers."""


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
        held = others.sum(axis=1).clip(max=np.iinfo(np.uint8).max).astype(np.uint8)
        return cls(common.astype(np.uint16), np.packbits(others > 0, axis=1), held, totals)

    def counts(self, rows: Integers, groups: Integers) -> Counts:
        """Of each of `rows` (m), asked about the group that `groups` (m) says."""
        table = self.table(rows)
        return Counts(table.sum(axis=1), table[np.arange(len(rows)), groups], table[:, UNANSWERED])

    def table(self, rows: Integers) -> Floats:
        """How many examples of each group have each of `rows` (m × groups + 1); those of seldom ones are spread evenly
        over the groups that have any."""
        table = np.empty((len(rows), len(self.totals)), np.float32)
        first = rows < len(self.common)
        table[first] = self.common[rows[first]]
        others = rows[~first] - len(self.common)
        any_ = np.unpackbits(self.seldom[others], axis=1, count=len(self.totals))
        table[~first] = any_ * (self.held[others] / any_.sum(axis=1))[:, None]
        return table

    def evidence(self, batch: Batch, groups: Integers) -> Floats:
        """What the tally says of the group that each question of `batch` is asked about (n × 3 `KINDS`); see `said`."""
        asked = groups[batch.questions]
        return said(batch, asked, self.counts(batch.rows, asked), self.totals)


def left_out(table: Integers, rows: Integers, asked: Integers, own: Integers, first: int) -> Counts:
    """What a tally would count without the example that each of `rows` (m) is of, whose group is `own` (m)."""
    at_own = table[rows, own]
    all_ = table.sum(axis=1)[rows] - 1
    of_asked, of_none = (table[rows, group] - (own == group) for group in (asked, UNANSWERED))
    any_ = (table > 0).sum(axis=1)[rows] - (at_own == 1)
    each = all_ / np.maximum(any_, 1)
    common = rows < first
    return Counts(
        all_.astype(np.float32),
        np.where(common, of_asked, (of_asked > 0) * each).astype(np.float32),
        np.where(common, of_none, (of_none > 0) * each).astype(np.float32),
    )


def said(batch: Batch, asked: Integers, counts: Counts, totals: Integers) -> Floats:
    """What `counts` say of the group that each gram of `batch` is `asked` about (m), by kinds of grams (n × 3 `KINDS`):
    how much of a question any example of that group has (0 to 1), and the mean log-odds that one of it has these grams,
    against one that nothing answers, and against one that another group answers."""
    counted = counts.all > 0
    others = counts.all - counts.asked - counts.unanswered
    for_it = _log(counts.asked, totals[asked])
    against = _log(counts.unanswered, totals[UNANSWERED]), _log(others, totals[:UNANSWERED].sum() - totals[asked])
    return batch.means((counts.asked > 0, *(for_it - odds for odds in against)), counted)


def _log(counts: Floats, totals: NDArray[np.integer]) -> Floats:
    """The logarithm of the share `counts` / `totals`, with half an example more for and against it."""
    return np.log((counts.clip(min=0) + 0.5) / (totals + 1)).astype(np.float32)
