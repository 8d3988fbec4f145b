"""Example questions → `Index`: one linear model per label, learned from all examples together.

Ridge regression from grams to labels, solved in its dual form, because there are fewer examples than grams: with X the
examples' vectors and Y one column per label, A = (X Xᵀ + λ)⁻¹ Y and the weights are Xᵀ A. A word thereby speaks for a
label and against its neighbours. The dual also gives the exact prediction for each example by a model trained without
it, y − a / diag((X Xᵀ + λ)⁻¹) (Rifkin & Lippert, "Notes on Regularized Least Squares", 2007), at no further training;
the certainty is fitted on those.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

from bot.features import grams
from bot.index import Certainty, Floats, Index, Integers, Label, Labels, Scores, Vectors
from bot.lexicon import Lexicon
from bot.model import Knowledge, Language, Outcome
from bot.reading import Reader

RIDGE = 0.5
"""λ: how much is forgiven in the examples for the sake of those unseen."""

BIAS = 0.05
"""The square of the constant feature that every question has."""

KEPT = 48
"""How many labels a gram keeps its weights for; more change no answer, fewer save memory."""


@dataclass(frozen=True)
class Example:
    """A question as its reader understands it (folded words), and its label's column."""

    sentence: Sequence[str]
    label: int


@dataclass(frozen=True)
class Trained:
    """The index, and the scores that each example gets from a model that has not seen it (n × labels)."""

    index: Index
    held_out: Scores
    truth: Integers
    """The examples' own labels (n)."""


def train(examples: Sequence[Example], labels: Sequence[Label], lexicon: Lexicon) -> Trained:
    """Learn from `examples`; each label needs one at least."""
    counts = [grams(example.sentence, lexicon.concepts(example.sentence)) for example in examples]
    frequency = Counter(gram for count in counts for gram in count)
    vectors = Vectors(
        vocabulary={gram: i for i, gram in enumerate(frequency)},
        rarity=1 + np.log((1 + len(counts)) / (1 + np.array([*frequency.values()], np.float32))),
    )
    matrix, rare = _matrix(vectors, counts, frequency)
    columns = Labels(tuple(labels))
    targets = _targets(examples, columns)
    dual, leverage = _solve((matrix @ matrix.T).toarray() + np.float32(BIAS), targets)
    weights = np.asarray(matrix.T @ dual, np.float32)
    left_out = targets - dual / leverage[:, None]
    held_out = Scores(left_out[:, :-1], left_out[:, -1], rare)
    truth = np.array([example.label for example in examples], np.int32)
    kept = _strongest(weights[:, :-1])
    bias = BIAS * dual.sum(axis=0)
    index = Index(
        labels=columns,
        vectors=vectors,
        columns=kept,
        values=np.take_along_axis(weights[:, :-1], kept, axis=1),
        bias=bias[:-1],
        answerable=weights[:, -1],
        answerable_bias=float(bias[-1]),
        certainty=_certainty(columns, held_out, truth),
        words=Counter(dict.fromkeys(lexicon.vocabulary, 0)) + Counter(w for e in examples for w in e.sentence),
    )
    return Trained(index, held_out, truth)


def train_languages(knowledge: Knowledge, reader: Reader) -> dict[Language, Trained]:
    """One model for each complete language of `knowledge`."""
    labels, examples = [], []
    for id_, intent in knowledge.intents.items():
        labels.append(Label(id_, Outcome.ANSWER, intent.quotes[0].paragraph))
        examples.append({language: wording.questions for language, wording in intent.texts.items()})
    for id_, subject in knowledge.subjects.items():
        labels.append(Label(id_, Outcome.NOT_COVERED))
        examples.append({language: refusal.questions for language, refusal in subject.texts.items()})
    for id_, talk in knowledge.talks.items():
        labels.append(Label(id_, talk.outcome))
        examples.append({language: texts.questions for language, texts in talk.texts.items()})
    return {
        language: train(
            [Example(reader.read(q), label) for label, texts in enumerate(examples) for q in texts[language]],
            labels,
            reader.lexicon,
        )
        for language in knowledge.statement.languages
    }


def _matrix(
    vectors: Vectors, counts: Sequence[Counter[str]], frequency: Counter[str]
) -> tuple[sparse.csr_array, Floats]:
    """The examples' vectors (n × grams), and for each the share of grams that it alone has (n)."""
    rows = [vectors.vector(count) for count in counts]
    alone = np.array([*frequency.values()]) == 1
    rare = [float(values[alone[positions]] @ values[alone[positions]]) for positions, values, _ in rows]
    return (
        sparse.csr_array(
            (
                np.concatenate([values for _, values, _ in rows]),
                np.concatenate([np.array(positions, np.int32) for positions, _, _ in rows]),
                np.cumsum([0, *(len(positions) for positions, _, _ in rows)]),
            ),
            shape=(len(rows), len(frequency)),
        ),
        np.array(rare, np.float32),
    )


def _targets(examples: Sequence[Example], labels: Labels) -> Floats:
    """1 where the example has the label (n × labels), then 1 or -1: whether it can be answered."""
    targets = np.zeros((len(examples), len(labels.items) + 1), np.float32)
    for row, example in zip(targets, examples, strict=True):
        row[example.label] = 1
        row[-1] = 1 if labels.items[example.label].outcome is Outcome.ANSWER else -1
    return targets


def _solve(gram_matrix: Floats, targets: Floats) -> tuple[Floats, Floats]:
    """(G + λ)⁻¹ Y, and the diagonal of that inverse, by one Cholesky factorisation."""
    gram_matrix[np.diag_indices_from(gram_matrix)] += RIDGE
    factor, _ = lapack.spotrf(gram_matrix, lower=1, clean=1, overwrite_a=1)
    dual, _ = lapack.spotrs(factor, targets, lower=1)
    inverse, _ = lapack.strtri(factor, lower=1, overwrite_c=1)
    return dual, np.einsum("ij,ij->j", inverse, inverse)


def _strongest(weights: Floats) -> Integers:
    """The columns of each row's largest weights, for or against (grams × at most KEPT)."""
    kept = min(KEPT, weights.shape[1])
    return np.argpartition(np.abs(weights), -kept, axis=1)[:, -kept:].astype(np.int32)


def _certainty(labels: Labels, scores: Scores, truth: Integers) -> Certainty:
    """Fitted to tell when the best answer's paragraph is that of the true label (logistic regression, Newton steps)."""
    best, evidence = labels.evidence(scores)
    right = (labels.groups[truth] == labels.groups[best]).astype(np.float64)
    mean, deviation = evidence.mean(axis=0), evidence.std(axis=0) + 1e-6
    inputs = np.column_stack([(evidence - mean) / deviation, np.ones(len(evidence))])
    slope = np.zeros(inputs.shape[1])
    for _ in range(30):
        predicted = 1 / (1 + np.exp(-inputs @ slope))
        curvature = (inputs * (predicted * (1 - predicted))[:, None]).T @ inputs + np.eye(len(slope))
        slope += np.linalg.solve(curvature, inputs.T @ (right - predicted) - slope)
    return Certainty(mean, deviation, slope[:-1].astype(np.float32), float(slope[-1]))
