"""Example questions → `Index`: one linear model per label, learned from all examples together.

Ridge regression from grams to labels, solved in its dual form, because there are fewer examples than grams: with X the
examples' vectors and Y one column per label, A = (X Xᵀ + λ)⁻¹ Y and the weights are Xᵀ A. A word thereby speaks for a
label and against its neighbours. The dual also gives the prediction for each example by a model trained without it,
y − a / diag((X Xᵀ + λ)⁻¹) (Rifkin & Lippert, "Notes on Regularized Least Squares", 2007), at no further training; the
certainty is fitted on those.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import cholesky, solve_triangular

from bot.features import Grams, grams
from bot.index import Certainty, Floats, Index, Integers, Label, Labels, LeftOut, Scores, Vectors
from bot.lexicon import Lexicon
from bot.model import TALKS, Knowledge, Language, Outcome
from bot.reading import Reader

RIDGE = 0.2
"""λ: how much is forgiven in the examples for the sake of those unseen."""

BIAS = 0.05
"""The square of the constant feature that every question has."""

KEPT = 32
"""How many labels a gram keeps its weights for; more change no answer, fewer save memory."""

SHARED_BY = 400
"""From how many examples on a gram is multiplied densely; of 100, 200 and 400 the fastest."""

BLOCK = 2048
"""Examples that are multiplied and solved for at once; of 512 to 13,500 this and 4,000 were the fastest."""

EXACT_TO, PROBES = 4000, 256
"""Up to how many examples leaving one out is exact, and with how many random vectors it is estimated beyond."""

AT_ONCE, SAMPLED = 8000, 1000
"""Examples in a block of a large knowledge base, and how many of the others each block learns against."""


@dataclass(frozen=True)
class Example:
    """A question as its reader understands it (folded words), and its label's column."""

    sentence: Sequence[str]
    label: int


@dataclass(frozen=True)
class Trained:
    """The index, the scores of each example by a model that has not seen it (n × labels), and what those find."""

    index: Index
    held_out: Scores
    left_out: LeftOut


def train_large(examples: Sequence[Example], labels: Sequence[Label], lexicon: Lexicon) -> Index:
    """The same from more examples than one solution can hold: in blocks of labels, joined afterwards.

    Each block learns its labels against each other and against a sample of all other examples.
    """
    of_label: dict[int, list[Example]] = defaultdict(list)
    for example in examples:
        of_label[example.label].append(example)
    sample = Random(0).sample(examples, min(SAMPLED, len(examples)))  # noqa: S311  # no secret
    blocks: list[Index] = []
    edges = np.linspace(0, len(labels), 1 + math.ceil(len(examples) / AT_ONCE)).astype(int).tolist()
    for start, end in pairwise(edges):
        own = [Example(e.sentence, e.label - start) for i in range(start, end) for e in of_label[i]]
        others = [Example(e.sentence, end - start) for e in sample if not start <= e.label < end]
        blocks.append(train([*own, *others], [*labels[start:end], Label("", Outcome.UNKNOWN)], lexicon).index)
    return join(blocks)


def join(blocks: Sequence[Index]) -> Index:
    """One index over the labels of all `blocks` but their last, which only says that a question is another block's."""
    ids = np.unique(np.concatenate([block.vectors.ids for block in blocks]))
    kept = blocks[0].columns.shape[1]
    columns = np.zeros((len(ids), kept), np.uint32)
    values = np.zeros((len(ids), kept), np.float32)
    rarity = np.zeros(len(ids), np.float32)
    answerable = np.zeros((2, len(ids)), np.float32)
    labels = [label for block in blocks for label in block.labels.items[:-1]]
    words: Counter[str] = Counter()
    offset = 0
    for block in blocks:
        rows = ids.searchsorted(block.vectors.ids)
        own = len(block.labels.items) - 1
        foreign = block.columns == own
        moved = np.where(foreign, 0, block.columns + offset)
        both = np.concatenate([values[rows], np.where(foreign, 0, block.values)], axis=1)
        strongest = _strongest(both, kept)
        columns[rows] = np.take_along_axis(np.concatenate([columns[rows], moved], axis=1), strongest, axis=1)
        values[rows] = np.take_along_axis(both, strongest, axis=1)
        rarity[rows] = np.maximum(rarity[rows], block.vectors.rarity)
        answerable[:, rows] += block.answerable, np.ones(len(rows))
        words.update(block.words)
        offset += own
    return Index(
        labels=Labels(tuple(labels)),
        vectors=Vectors(ids, rarity),
        columns=columns,
        values=values.astype(np.float16),
        bias=np.concatenate([block.bias[:-1] for block in blocks]),
        answerable=answerable[0] / answerable[1],
        answerable_bias=float(np.mean([block.answerable_bias for block in blocks])),
        certainty=blocks[0].certainty,
        words=words,
    )


def train(examples: Sequence[Example], labels: Sequence[Label], lexicon: Lexicon) -> Trained:
    """Learn from `examples`; each label needs one at least. Time grows with the cube of their number."""
    found = [grams(example.sentence, lexicon.concepts(example.sentence)) for example in examples]
    ids, counts = np.unique(np.concatenate([of_one.ids for of_one in found]), return_counts=True)
    frequency = counts.astype(np.int32)
    vectors = Vectors(ids, 1 + np.log((1 + len(found)) / (1 + counts.astype(np.float32))))
    matrix, rare = _matrix(vectors, found, frequency)
    columns = Labels(tuple(labels))
    targets = _targets(examples, columns)
    dual, leverage = solve(_products(matrix), targets)
    weights = np.asarray(matrix.T @ dual, np.float32)
    left_out = targets - dual / leverage[:, None]
    held_out = Scores(left_out[:, :-1], left_out[:, -1], rare)
    truth = np.array([example.label for example in examples], np.int32)
    best, evidence = columns.evidence(held_out)
    certainty = _certainty(evidence, columns.groups[truth] == columns.groups[best])
    kept = _strongest(weights[:, :-1], KEPT)
    bias = BIAS * dual.sum(axis=0)
    index = Index(
        labels=columns,
        vectors=vectors,
        columns=kept.astype(np.min_scalar_type(len(labels))),
        values=np.take_along_axis(weights[:, :-1], kept, axis=1).astype(np.float16),
        bias=bias[:-1],
        answerable=weights[:, -1],
        answerable_bias=float(bias[-1]),
        certainty=certainty,
        words=Counter(dict.fromkeys(lexicon.vocabulary, 0)) + Counter(w for e in examples for w in e.sentence),
    )
    found_as = held_out.labels.argmax(axis=1).astype(np.int32)
    return Trained(index, held_out, LeftOut(truth, found_as, best, certainty(evidence)))


def labels_of(knowledge: Knowledge) -> list[Label]:
    """What a message can be about; `knowledge.questions` has examples for each."""
    return [
        *(Label(id_, Outcome.ANSWER, intent.quotes[0].paragraph) for id_, intent in knowledge.intents.items()),
        *(Label(id_, Outcome.NOT_COVERED) for id_ in knowledge.subjects),
        *(Label(id_, outcome) for id_, outcome in sorted(TALKS.items())),
    ]


def train_languages(knowledge: Knowledge, readers: Mapping[Language, Reader]) -> dict[Language, Trained]:
    """One model for each complete language of `knowledge`."""
    labels = labels_of(knowledge)
    trained = {}
    for language, reader in readers.items():
        questions = knowledge.questions[language]
        read = [Example(reader.read(q), i) for i, label in enumerate(labels) for q in questions[label.id]]
        trained[language] = train(read, labels, reader.lexicon)
    return trained


def _matrix(vectors: Vectors, found: Sequence[Grams], frequency: Integers) -> tuple[sparse.csr_array, Floats]:
    """The examples' vectors (n × grams), and for each the share of grams that it alone has (n)."""
    rows = [vectors.vector(of_one) for of_one in found]
    alone = frequency == 1
    rare = [float(values[alone[positions]] @ values[alone[positions]]) for positions, values, _ in rows]
    return (
        sparse.csr_array(
            (
                np.concatenate([values for _, values, _ in rows]),
                np.concatenate([positions for positions, _, _ in rows]),
                np.cumsum([0, *(len(positions) for positions, _, _ in rows)]),
            ),
            shape=(len(rows), len(frequency)),
        ),
        np.array(rare, np.float32),
    )


def _products(matrix: sparse.csr_array) -> Floats:
    """Every example's product with itself and those before it (n × n, the upper triangle is undefined).

    Grams that many examples share are multiplied densely: a sparse product spends nearly all its time on those.
    """
    shared = np.diff(matrix.tocsc().indptr) > SHARED_BY
    dense = matrix[:, shared].toarray()
    rest = matrix[:, ~shared].tocsr()
    products: Floats = np.empty((len(dense), len(dense)), np.float32)
    for start in range(0, len(products), BLOCK):
        rows, before = slice(start, start + BLOCK), slice(start + BLOCK)
        products[rows, before] = dense[rows] @ dense[before].T + np.float32(BIAS)
        products[rows, before] += (rest[rows] @ rest[before].T.tocsr()).toarray()
    return products


def _targets(examples: Sequence[Example], labels: Labels) -> Floats:
    """1 where the example has the label (n × labels), then 1 or -1: whether it can be answered."""
    targets = np.zeros((len(examples), len(labels.items) + 1), np.float32)
    for row, example in zip(targets, examples, strict=True):
        row[example.label] = 1
        row[-1] = 1 if labels.items[example.label].outcome is Outcome.ANSWER else -1
    return targets


def solve(products: Floats, targets: Floats) -> tuple[Floats, Floats]:
    """(G + λ)⁻¹ Y, and the diagonal of that inverse; of G the lower triangle is read, and all of it is lost."""
    products[np.diag_indices_from(products)] += RIDGE
    _factorise(products)
    n = len(products)
    if n <= EXACT_TO:
        inverse = _solved(products, np.eye(n, dtype=np.float32))
        return inverse @ targets, inverse.diagonal()
    # Estimated within about 5 %, which is enough to fit the certainty on, from the products of random signs with the
    # inverse (Bekas, Kokiopoulou & Saad, "An estimator for the diagonal of a matrix", 2007).
    signs = np.random.default_rng(0).choice(np.array([-1, 1], np.float32), (n, PROBES))
    solved = _solved(products, np.concatenate([targets, signs], axis=1))
    dual, probes = np.split(solved, [targets.shape[1]], axis=1)
    return dual, (signs * probes).mean(axis=1)


def _blocks(n: int) -> list[tuple[slice, slice, slice]]:
    """The rows 0 to n in blocks: those before each, itself, and those after it."""
    return [(slice(start), slice(start, start + BLOCK), slice(start + BLOCK, None)) for start in range(0, n, BLOCK)]


def _factorise(matrix: Floats) -> None:
    """Put the Cholesky factor of `matrix`, symmetric and positive definite, in place of its lower triangle.

    Block by block, because LAPACK as SciPy has it falls over (a segmentation fault) from about 27,000 rows on.
    """
    for before, block, after in _blocks(len(matrix)):
        matrix[block.start :, block] -= matrix[block.start :, before] @ matrix[block, before].T
        matrix[block, block] = factor = cholesky(matrix[block, block], lower=True, check_finite=False)
        matrix[after, block] = solve_triangular(factor, matrix[after, block].T, lower=True, check_finite=False).T


def _solved(factor: Floats, right: Floats) -> Floats:
    """The x of L Lᵀ x = `right` (n × columns), where L is the lower triangle of `factor`."""
    solution = right.copy()
    blocks = _blocks(len(factor))
    for before, block, _ in blocks:
        solution[block] -= factor[block, before] @ solution[before]
        solution[block] = solve_triangular(factor[block, block], solution[block], lower=True, check_finite=False)
    for _, block, after in reversed(blocks):
        solution[block] -= factor[after, block].T @ solution[after]
        solution[block] = solve_triangular(
            factor[block, block], solution[block], lower=True, trans=1, check_finite=False
        )
    return solution


def _strongest(weights: Floats, kept: int) -> Integers:
    """The columns of each row's largest weights, for or against (grams × at most `kept`)."""
    kept = min(kept, weights.shape[1])
    return np.argpartition(np.abs(weights), -kept, axis=1)[:, -kept:].astype(np.int32)


def _certainty(evidence: Floats, right: NDArray[np.bool_]) -> Certainty:
    """Fitted to tell when the best answer's paragraph is that of the true label (logistic regression, Newton steps)."""
    mean, deviation = evidence.mean(axis=0), evidence.std(axis=0) + 1e-6
    inputs = np.column_stack([(evidence - mean) / deviation, np.ones(len(evidence))])
    slope = np.zeros(inputs.shape[1])
    for _ in range(30):
        predicted = 1 / (1 + np.exp(-inputs @ slope))
        curvature = (inputs * (predicted * (1 - predicted))[:, None]).T @ inputs + np.eye(len(slope))
        slope += np.linalg.solve(curvature, inputs.T @ (right - predicted) - slope)
    return Certainty(mean, deviation, slope[:-1].astype(np.float32), float(slope[-1]))
