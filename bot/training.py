"""Example questions → `Index`: one linear model per label, learned from all examples together.

Ridge regression from grams to labels in its dual form (`ridge`): with X the examples' vectors and Y one column per
label, A = (X Xᵀ + λ)⁻¹ Y and the weights are Xᵀ A. A word thereby speaks for a label and against its neighbours. The
dual also gives the prediction for each example by a model trained without it, y − a / diag((X Xᵀ + λ)⁻¹) (Rifkin &
Lippert, "Notes on Regularized Least Squares", 2007), at no further training; the certainty is fitted on those.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.certainty import fitted
from bot.features import WEIGHTS, Grams, channels, grams
from bot.index import Index, Label, Labels, LeftOut, Scores
from bot.lexicon import Lexicon
from bot.model import TALKS, Knowledge, Language, Outcome
from bot.reading import Reader
from bot.ridge import Ridge, squares
from bot.tally import UNANSWERED, Tally, tallied, without
from bot.usage import USED_FROM, Usage, beside_last, used, weighed
from bot.vectors import Batch, Floats, Integers, Vectors
from bot.vocabulary import hashed
from bot.weights import Table, Weights

RIDGE = 0.2
"""λ: how much is forgiven in the examples for the sake of those unseen."""

CONSTANT = math.sqrt(0.05)
"""The feature that every question has."""

KEPT, KEPT_SELDOM, SELDOM = 24, 4, 32
"""How many weights a row keeps, and how many if no more than `SELDOM` examples have its grams. With 32, 8 and 8 a tenth
of a point more of the dev sets' answerable questions is answered rightly, and half of that more wrongly."""

EACH_TO, PROBES = 1000, 32
"""Up to how many examples each is left out by itself, and with how many random vectors that is estimated beyond."""

AT_A_TIME = 10_000
"""Rows whose weights are sorted by size together: of all it would be most of the memory that training takes."""

SIDE_BY_SIDE = 2
"""How many languages are learned side by side: sparse products use one core only."""


@dataclass(frozen=True)
class Example:
    """A question as it is read (folded words, fillers among them), and its label's column."""

    sentence: Sequence[str]
    label: int


@dataclass(frozen=True)
class Trained:
    """The index, the scores of each example by a model that has not seen it (n × labels), and what those find."""

    index: Index
    held_out: Scores
    left_out: LeftOut


def train(examples: Sequence[Example], labels: Sequence[Label], lexicon: Lexicon) -> Trained:
    """Learn from `examples`; each label needs one at least. Time grows with their number."""
    found = [grams(lexicon.without_fillers(example.sentence), lexicon) for example in examples]
    vectors = _vectors(found)
    batch = vectors.batch(found)
    lengths = _lengths(vectors)
    matrix = _matrix(batch, lengths)
    held_by = np.bincount(matrix.indices)
    columns = Labels(tuple(labels))
    targets = _targets(examples, columns)
    dual, diagonal = solve(matrix, targets)
    learned = np.asarray(matrix.T @ dual, np.float32)
    learned /= np.append(lengths, 1 / CONSTANT)[:, None]
    others = targets - dual / diagonal[:, None]
    rare = squares(matrix[:, held_by == 1])
    sizes = np.array([len(of_one.ids) for of_one in found], np.float32)
    held_out = Scores(others[:, :-1], others[:, -1], rare, sizes)
    truth = np.array([example.label for example in examples], np.int32)
    best = columns.best(held_out)
    groups = columns.groups[truth], columns.groups[best]
    common = int((held_by[:-1] > SELDOM).sum())
    table, totals = _table(matrix, groups[0], columns.groups.max(initial=0) + 1)
    rest = without(table, batch.rows, groups[0][batch.questions], common)
    usage, as_used = _usage(found, columns.places[truth], columns.places[best], len(columns.answers))
    evidence = columns.evidence(held_out, best, tallied(batch, groups[1], rest, totals), as_used)
    certainty = fitted(evidence, groups[0] == groups[1])
    index = Index(
        columns,
        vectors,
        weights=_kept(learned[:-1], common),
        tally=Tally.of(table, totals, common),
        usage=usage,
        bias=learned[-1].copy(),
        certainty=certainty,
        **_words(examples, lexicon),
    )
    found_as = held_out.labels.argmax(axis=1).astype(np.int32)
    return Trained(index, held_out, LeftOut(truth, found_as, best, certainty(evidence)))


def labels_of(knowledge: Knowledge) -> list[Label]:
    """What a message can be about; `knowledge.questions` has examples for each."""
    return [
        *(
            Label(
                id_, Outcome.ANSWER, intent.quotes[0].paragraph, intent.question_words, intent.holds_for, intent.event
            )
            for id_, intent in knowledge.intents.items()
        ),
        *(Label(id_, Outcome.NOT_COVERED, event=subject.event) for id_, subject in knowledge.subjects.items()),
        *(Label(id_, outcome) for id_, outcome in sorted(TALKS.items())),
    ]


def train_languages(knowledge: Knowledge, readers: Mapping[Language, Reader]) -> dict[Language, tuple[Index, LeftOut]]:
    """One model for each complete language of `knowledge`, and how its examples find each other."""
    labels = labels_of(knowledge)

    def learn(language: Language) -> tuple[Index, LeftOut]:
        reader, questions = readers[language], knowledge.questions[language]
        read = [Example(reader.read(q), i) for i, label in enumerate(labels) for q in questions[label.id]]
        trained = train(read, labels, reader.lexicon)
        return trained.index, trained.left_out

    with ThreadPool(SIDE_BY_SIDE) as pool:  # which Ctrl-C does not wait for
        return dict(zip(readers, pool.map(learn, readers), strict=True))


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
    rarity = 1 + np.log((1 + len(found)) / (1 + counts[first][commonest]))
    return Vectors.of(ids, commonest.argsort()[rows].astype(np.int32), rarity.astype(np.float16))


def _lengths(vectors: Vectors) -> Floats:
    """Of each row the length of its grams' weights: what its one feature stands for."""
    weights = WEIGHTS[channels(vectors.ids)]
    return np.sqrt(np.bincount(vectors.rows, weights * weights)).astype(np.float32)


def _matrix(batch: Batch, lengths: Floats) -> sparse.csr_array:
    """The examples' vectors, the constant last (n × rows + 1)."""
    shape = len(batch), len(lengths)
    matrix = sparse.csr_array((batch.values / lengths[batch.rows], (batch.questions, batch.rows)), shape)
    return sparse.hstack([matrix, np.full((len(batch), 1), CONSTANT, np.float32)], format="csr")


def _table(matrix: sparse.csr_array, groups: Integers, last: int) -> tuple[Integers, Integers]:
    """How many of the examples, which are of `groups` (n), have the grams of each row (rows × `last` + 1, the last
    those that nothing answers), and how many there are of each."""
    cells = np.arange(len(groups)), np.where(groups == UNANSWERED, last, groups)
    of_group = sparse.csr_array((np.ones(len(groups), np.int32), cells), (len(groups), last + 1))
    table = (matrix[:, :-1] > 0).astype(np.int32).T @ of_group
    return np.asarray(table.toarray()), np.asarray(of_group.sum(axis=0), np.int32)


def _usage(found: Sequence[Grams], own: NDArray[np.intp], asked: NDArray[np.intp], last: int) -> tuple[Usage, Floats]:
    """How the examples use words, which are of the intents `own` (n, `last` those that nothing answers), and what that
    of all other examples says of each as one of `asked` (n)."""
    ids, counts = np.unique(np.concatenate([of_one.words for of_one in found]), return_counts=True)
    ids = ids[counts >= USED_FROM]
    words = used(ids, found)
    table = np.zeros((len(ids), last + 1), np.int32)
    np.add.at(table, (words.rows, own[words.questions]), 1)
    totals = np.bincount(own, minlength=last + 1).astype(np.int32)
    words = words.only(table.sum(axis=1)[words.rows] > USED_FROM)  # without the example itself still known
    columns = beside_last(asked[words.questions], last)
    counts = (table[words.rows, columns] - (own[words.questions] == columns)).astype(np.float32)
    return Usage.of(ids, table, totals), weighed(words, counts, totals[columns])


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


def _kept(weights: Floats, common: int) -> Weights:
    """Of each row of `weights` (rows × labels + 1) the last and the largest, for or against, of the first `common` rows
    more than of the others."""
    return Weights.of(_largest(weights[:common], KEPT), _largest(weights[common:], KEPT_SELDOM))


def _largest(weights: Floats, kept: int) -> Table:
    """Of each row of `weights` the last and the largest, for or against, `kept` in all."""
    kept = min(kept, weights.shape[1])
    columns = np.empty((len(weights), kept), np.intp)
    for start in range(0, len(weights), AT_A_TIME):
        size = np.abs(weights[start : start + AT_A_TIME])
        size[:, -1] = np.inf
        columns[start : start + AT_A_TIME] = np.argpartition(size, -kept, axis=1)[:, -kept:]
    return columns, np.take_along_axis(weights, columns, axis=1)


def _words(examples: Sequence[Example], lexicon: Lexicon) -> dict[str, Any]:
    """The `words` of an `Index`, and the `seldom` ones."""
    used = Counter(word for example in examples for word in example.sentence)
    words = Counter(
        dict.fromkeys(lexicon.vocabulary, 0)
        | {word: times for word, times in used.items() if times > 1 or word in lexicon.vocabulary}
    )
    return {"words": words, "seldom": hashed(used.keys() - words.keys())}
