"""Example questions → `Index`: one linear model per label, learned from all examples together.

Ridge regression from grams to labels in its dual form (`ridge`): with X the examples' vectors and Y one column per
label, A = (X Xᵀ + λ)⁻¹ Y and the weights are Xᵀ A. A word thereby speaks for a label and against its neighbours. The
dual also gives the prediction for each example by a model trained without it, y − a / diag((X Xᵀ + λ)⁻¹) (Rifkin &
Lippert, "Notes on Regularized Least Squares", 2007), at no further training; the certainty is fitted on those.
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

from bot.features import WEIGHTS, Grams, channels, grams
from bot.index import Certainty, Floats, Index, Integers, Label, Labels, LeftOut, Scores, Vectors, weighed
from bot.lexicon import Lexicon
from bot.model import TALKS, Knowledge, Language, Outcome
from bot.reading import Reader
from bot.ridge import Ridge, squares

RIDGE = 0.2
"""λ: how much is forgiven in the examples for the sake of those unseen."""

CONSTANT = math.sqrt(0.05)
"""The feature that every question has."""

KEPT = 32
"""How many labels a row keeps its weights for; more change no answer, fewer save memory."""

EACH_TO, PROBES = 1000, 32
"""Up to how many examples each is left out by itself, and with how many random vectors that is estimated beyond."""

RESTRAINT, RESTRAINED_FROM = 10.0, 1000
"""What the slopes for products of evidence are held back by, and below how many examples by more; others by 1."""

SMALLEST = 0.01
"""The least that evidence is taken to vary, where it hardly does among the examples."""

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
    """The same for more labels than fit into one table beside all grams and examples: in blocks, joined afterwards.

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
        theirs = block.columns[block.vectors.rows]
        foreign = theirs == own
        moved = np.where(foreign, 0, theirs + offset)
        both = np.concatenate([values[rows], np.where(foreign, 0, block.values[block.vectors.rows])], axis=1)
        strongest = _strongest(both, kept)
        columns[rows] = np.take_along_axis(np.concatenate([columns[rows], moved], axis=1), strongest, axis=1)
        values[rows] = np.take_along_axis(both, strongest, axis=1)
        rarity[rows] = np.maximum(rarity[rows], block.vectors.rarity[block.vectors.rows])
        answerable[:, rows] += block.answerable[block.vectors.rows], np.ones(len(rows))
        words.update(block.words)
        offset += own
    return Index(
        labels=Labels(tuple(labels)),
        vectors=Vectors(ids, np.arange(len(ids), dtype=np.int32), rarity),
        columns=columns,
        values=values.astype(np.float16),
        bias=np.concatenate([block.bias[:-1] for block in blocks]),
        answerable=answerable[0] / answerable[1],
        answerable_bias=float(np.mean([block.answerable_bias for block in blocks])),
        certainty=blocks[0].certainty,
        words=words,
    )


def train(examples: Sequence[Example], labels: Sequence[Label], lexicon: Lexicon) -> Trained:
    """Learn from `examples`; each label needs one at least. Time grows with their number."""
    found = [grams(example.sentence, lexicon.concepts(example.sentence)) for example in examples]
    vectors = _vectors(found)
    lengths = _lengths(vectors)
    matrix = _matrix(vectors, lengths, found)
    rare = squares(matrix[:, np.bincount(matrix.indices) == 1])
    columns = Labels(tuple(labels))
    targets = _targets(examples, columns)
    dual, diagonal = solve(matrix, targets)
    learned = np.asarray(matrix.T @ dual, np.float32)
    weights, bias = learned[:-1] / lengths[:, None], CONSTANT * learned[-1]
    left_out = targets - dual / diagonal[:, None]
    sizes = np.array([len(of_one.ids) for of_one in found], np.float32)
    held_out = Scores(left_out[:, :-1], left_out[:, -1], rare, sizes)
    truth = np.array([example.label for example in examples], np.int32)
    best, evidence = columns.evidence(held_out)
    certainty = _certainty(evidence, columns.groups[truth] == columns.groups[best])
    kept = _strongest(weights[:, :-1], KEPT)
    words = Counter(dict.fromkeys(lexicon.vocabulary, 0))
    words.update(word for example in examples for word in example.sentence)
    index = Index(
        labels=columns,
        vectors=vectors,
        columns=kept.astype(np.min_scalar_type(len(labels))),
        values=np.take_along_axis(weights[:, :-1], kept, axis=1).astype(np.float16),
        bias=bias[:-1],
        answerable=weights[:, -1],
        answerable_bias=float(bias[-1]),
        certainty=certainty,
        words=words,
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


def _vectors(found: Sequence[Grams]) -> Vectors:
    """The grams of the examples."""
    ids, gram, counts = np.unique(
        np.concatenate([of_one.ids for of_one in found]), return_inverse=True, return_counts=True
    )
    # Two grams are of one row when these sums of random numbers are equal: one for each example, times how often (as
    # the bits of that, made odd so that no product loses any).
    random = np.random.default_rng(0).integers(1 << 63, size=len(found), dtype=np.uint64)
    numbers = np.repeat(random, [len(of_one.ids) for of_one in found])
    times = np.concatenate([of_one.damped for of_one in found]).view(np.uint32) | 1
    sums = np.zeros(len(ids), np.uint64)
    np.add.at(sums, gram, numbers * times)
    _, first, rows = np.unique(sums, return_index=True, return_inverse=True)
    commonest = (-counts[first]).argsort(kind="stable")
    rarity = 1 + np.log((1 + len(found)) / (1 + counts[first][commonest].astype(np.float32)))
    return Vectors(ids, commonest.argsort()[rows].astype(np.int32), rarity)


def _lengths(vectors: Vectors) -> Floats:
    """Of each row the length of its grams' weights: what its one feature stands for."""
    weights = WEIGHTS[channels(vectors.ids)]
    return np.sqrt(np.bincount(vectors.rows, weights * weights)).astype(np.float32)


def _matrix(vectors: Vectors, lengths: Floats, found: Sequence[Grams]) -> sparse.csr_array:
    """The examples' vectors, the constant last (n × rows + 1)."""
    rows, values, _ = zip(*map(vectors.vector, found), strict=True)
    matrix = sparse.csr_array(
        (np.concatenate(values), np.concatenate(rows), np.cumsum([0, *map(len, rows)])),
        shape=(len(found), len(vectors.rarity)),
    )
    matrix.sum_duplicates()
    matrix.data /= lengths[matrix.indices]
    return sparse.hstack([matrix, np.full((len(found), 1), CONSTANT, np.float32)], format="csr")


def _targets(examples: Sequence[Example], labels: Labels) -> Floats:
    """1 where the example has the label (n × labels), then 1 or -1: whether it can be answered."""
    targets = np.zeros((len(examples), len(labels.items) + 1), np.float32)
    for row, example in zip(targets, examples, strict=True):
        row[example.label] = 1
        row[-1] = 1 if labels.items[example.label].outcome is Outcome.ANSWER else -1
    return targets


def solve(matrix: sparse.csr_array, targets: Floats) -> tuple[Floats, Floats]:
    """(X Xᵀ + λ)⁻¹ Y (n × columns), and the diagonal of that inverse (n)."""
    n = matrix.shape[0]
    if n <= EACH_TO:
        probes: Floats = np.eye(n, dtype=np.float32)
    else:
        # Within about 7 % (root mean square), enough to fit the certainty on; what single examples are found as is an
        # estimate, too. From the products of random signs with the inverse (Bekas, Kokiopoulou & Saad, "An estimator
        # for the diagonal of a matrix", 2007).
        signs = np.array([-1, 1], np.float32) / np.float32(math.sqrt(PROBES))
        probes = np.random.default_rng(0).choice(signs, (n, PROBES))
    solved = Ridge(matrix, RIDGE).solve(np.concatenate([targets, probes], axis=1))
    dual, probed = np.split(solved, [targets.shape[1]], axis=1)
    return dual, (probes * probed).sum(axis=1)


def _strongest(weights: Floats, kept: int) -> Integers:
    """The columns of each row's largest weights, for or against (rows × at most `kept`)."""
    kept = min(kept, weights.shape[1])
    return np.argpartition(np.abs(weights), -kept, axis=1)[:, -kept:].astype(np.int32)


def _certainty(evidence: Floats, right: NDArray[np.bool_]) -> Certainty:
    """Fitted to tell when the best answer's paragraph is that of the true label (logistic regression, Newton steps)."""
    mean, deviation = evidence.mean(axis=0), np.maximum(evidence.std(axis=0), SMALLEST)
    inputs = weighed(evidence, mean, deviation).astype(float)
    slope = np.zeros(inputs.shape[1])
    restraint = np.ones(len(slope))
    restraint[1 + len(mean) :] = RESTRAINT * max(1.0, RESTRAINED_FROM / len(evidence))
    for _ in range(30):
        predicted = 1 / (1 + np.exp(-inputs @ slope))
        curvature = (inputs * (predicted * (1 - predicted))[:, None]).T @ inputs + np.diag(restraint)
        slope += np.linalg.solve(curvature, inputs.T @ (right - predicted) - restraint * slope)
    return Certainty(mean, deviation, slope.astype(np.float32))
