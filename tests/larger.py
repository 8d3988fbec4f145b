"""A knowledge base as many times larger as one likes, for the benchmark: copies whose content words are other words.

It has more labels than fit into one table beside all grams and examples; it is learned in blocks, joined afterwards.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil
from random import Random
from typing import Any

import numpy as np
from scipy import sparse

from bot.compiled import Compiled, readers
from bot.index import Index, Label, Labels
from bot.lexicon import Lexicon
from bot.model import Knowledge, Outcome
from bot.tally import UNANSWERED, Tally
from bot.training import KEPT, Example, labels_of, train
from bot.usage import Usage, counted
from bot.vectors import Vectors
from bot.weights import Table, Weights

EXAMPLES_EACH = 12
"""Examples for each label."""

BLOCK, SAMPLED = 8000, 1000
"""Examples in a block, and how many of all each block learns against."""


def larger(knowledge: Knowledge, times: int) -> Compiled:
    """`knowledge` in English with `times` as many labels."""
    reader = readers(knowledge)["en"]
    labels, examples = [], []
    for copy in range(times):
        ending = "" if copy == 0 else chr(97 + copy % 26) + chr(97 + copy // 26) + "z"
        for label in labels_of(knowledge):
            labels.append(label)
            for question in knowledge.questions["en"][label.id][:EXAMPLES_EACH]:
                sentence = [w if reader.lexicon.is_empty([w]) else w + ending for w in reader.read(question)]
                examples.append(Example(sentence, len(labels) - 1))
    return Compiled(knowledge, {"en": train_in_blocks(examples, labels, reader.lexicon)}, {}, {"en": reader})


def train_in_blocks(examples: Sequence[Example], labels: Sequence[Label], lexicon: Lexicon) -> Index:
    """An index over `labels`, of which as many as have `BLOCK` examples learn against each other, and against a
    sample of all other examples; there must be an intent among them."""
    of_label: dict[int, list[Example]] = defaultdict(list)
    for example in examples:
        of_label[example.label].append(example)
    sample = Random(0).sample(examples, min(SAMPLED, len(examples)))  # noqa: S311  # no secret
    blocks: list[Index] = []
    edges = np.linspace(0, len(labels), 1 + ceil(len(examples) / BLOCK)).astype(int).tolist()
    for start, end in pairwise(edges):
        own = [Example(e.sentence, e.label - start) for i in range(start, end) for e in of_label[i]]
        others = [Example(e.sentence, end - start) for e in sample if not start <= e.label < end]
        blocks.append(train([*own, *others], [*labels[start:end], Label("", Outcome.UNKNOWN)], lexicon).index)
    return join(blocks)


def join(blocks: Sequence[Index]) -> Index:
    """One index over the labels of all `blocks` but their last, which only says that a question is another block's;
    what they say of whether a question can be answered is averaged."""
    ids = np.unique(np.concatenate([block.vectors.ids for block in blocks]))
    rarity = np.zeros(len(ids), np.float16)
    totals = np.zeros(max(len(block.tally.totals) for block in blocks), int)
    held = np.zeros((len(ids), len(totals)))
    tables, answerable, held_by = [], np.zeros(len(ids)), np.zeros(len(ids))
    words: Counter[str] = Counter()
    seldom = []
    used = np.unique(np.concatenate([block.usage.ids for block in blocks]))
    counts = [np.zeros((len(used), len(block.usage.totals))) for block in blocks]
    for block, count in zip(blocks, counts, strict=True):
        count[used.searchsorted(block.usage.ids)] = counted(block.usage.counts)
        at = ids.searchsorted(block.vectors.ids)
        table = _matrix(block.weights, len(block.bias))[block.vectors.rows].tocoo()
        own = table.col < len(block.bias) - 2
        columns = len(block.bias) - 2
        tables.append(sparse.csr_array((table.data[own], (at[table.row[own]], table.col[own])), (len(ids), columns)))
        of_all = table.col == len(block.bias) - 1
        answerable[at[table.row[of_all]]] += table.data[of_all]
        held_by[at] += 1
        rarity[at] = np.maximum(rarity[at], block.vectors.rarity(block.vectors.rows))
        groups = [*range(len(block.tally.totals) - 1), UNANSWERED]
        held[np.ix_(at, groups)] += block.tally.table(block.vectors.rows)
        totals[groups] += block.tally.totals
        words.update(block.words)
        seldom.append(block.seldom)
    last = sparse.csr_array((answerable / held_by, np.zeros(len(ids), int), np.arange(len(ids) + 1)), (len(ids), 1))
    joined = sparse.hstack([*tables, last], format="csr")
    kept = np.diff(joined.indptr)
    order = (-kept).argsort(kind="stable")
    first = int((kept > KEPT).sum())
    bias = [block.bias[:-2] for block in blocks]
    return Index(
        labels=Labels(tuple(label for block in blocks for label in block.labels.items[:-1])),
        vectors=Vectors.of(ids, order.argsort().astype(np.int32), rarity[order]),
        weights=Weights.of(_table(joined[order[:first]]), _table(joined[order[first:]])),
        tally=Tally.of(held[order].round().astype(int), totals, first),
        usage=Usage.of(used, *_usage(counts, [block.usage.totals for block in blocks])),
        bias=np.append(np.concatenate(bias), np.mean([block.bias[-1] for block in blocks])).astype(np.float32),
        certainty=blocks[0].certainty,
        words=words,
        seldom=np.unique(np.concatenate(seldom)),
    )


def _usage(counts: Sequence[Any], totals: Sequence[Any]) -> Iterator[Any]:
    """The counts of all blocks, and their totals: of their intents side by side, of the others together."""
    for parts in (counts, totals):
        yield np.concatenate([*(part[..., :-1] for part in parts), sum(part[..., -1:] for part in parts)], axis=-1)


def _matrix(weights: Weights, width: int) -> sparse.csr_array:
    """`weights` as a matrix of `width` columns."""
    tables = (weights.columns, weights.values), (weights.seldom_columns, weights.seldom_values)
    values = np.concatenate([table.ravel() for _, table in tables])
    columns = np.concatenate([table.ravel() for table, _ in tables])
    kept = np.concatenate([np.full(*table.shape) for table, _ in tables])
    shape = len(weights.units), width
    return sparse.csr_array(
        (values * weights.units.astype(np.float32).repeat(kept), columns, np.cumsum([0, *kept])), shape
    )


def _table(matrix: sparse.csr_array) -> Table:
    """What each row of `matrix` has, with zeros where it has less than another."""
    kept = np.diff(matrix.indptr)
    has = np.arange(kept.max(initial=0)) < kept[:, None]
    columns, values = np.zeros(has.shape, np.int32), np.zeros(has.shape, np.float32)
    columns[has], values[has] = matrix.indices, matrix.data
    return columns, values
