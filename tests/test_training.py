"""How the examples are learned from; what comes of it is measured by the question sets."""

from typing import Any

import numpy as np
import pytest
from larger import train_in_blocks
from scipy import sparse

from bot import ridge, training
from bot.certainty import fitted
from bot.evaluate import leave_one_out
from bot.features import WEIGHTS, Grams, _pieces, channels, grams
from bot.index import Label
from bot.lexicon import Lexicon
from bot.model import Outcome, Words
from bot.tally import tallied
from bot.training import Example, train

LEXICON = Lexicon(
    Words(
        concepts={},
        fillers=(),
        joints=(),
        function_words=(),
        languages={},
        question_words=("how", "many", "when", "what", "is"),
        referring_words=(),
        rejecting_words={},
        doubting_words=("wasnt",),
        event_words=(),
        months=(),
        paragraph_words={},
    ),
    "en",
)
LABELS = [Label("deaths", Outcome.ANSWER, 3), Label("when", Outcome.ANSWER, 4), Label("weather", Outcome.UNKNOWN)]
QUESTIONS = {
    0: ["how many died", "how many were killed", "number of dead people", "how many people died then"],
    1: ["when was it", "what day was it", "on which day was that", "what day and month was it"],
    2: ["will it rain", "how warm is the rain", "rain or snow", "is rain expected"],
}
TALLIED = slice(10, 19)
"""Where the evidence is that the tally gives."""
EXAMPLES = [Example(question.split(), label) for label, questions in QUESTIONS.items() for question in questions]


@pytest.fixture
def vectors(monkeypatch: pytest.MonkeyPatch) -> sparse.csr_array:
    """Of 300 examples: some features that most of them have, many that few have, and one for each that it alone has."""
    monkeypatch.setattr(ridge, "TOLERANCE", 1e-5)
    random = np.random.default_rng(0)
    often, seldom = (sparse.random_array((300, n), density=d, rng=random) for n, d in ((20, 0.7), (900, 0.01)))
    return sparse.hstack([seldom, often, sparse.eye_array(300)], format="csr", dtype=np.float32)


def inverse(vectors: sparse.csr_array) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    dense = vectors.toarray().astype(float)
    return np.linalg.inv(dense @ dense.T + training.RIDGE * np.eye(len(dense)))


@pytest.mark.parametrize("crowded", [0, 150, 10_000])
@pytest.mark.parametrize("commonest", [1, 20, 200, 10_000])
def test_the_solution_by_steps_is_the_exact_one(
    monkeypatch: pytest.MonkeyPatch, vectors: sparse.csr_array, crowded: int, commonest: int
) -> None:
    monkeypatch.setattr(ridge, "CROWDED", crowded)
    monkeypatch.setattr(ridge, "COMMONEST", commonest)
    right = np.random.default_rng(1).standard_normal((300, 5)).astype(np.float32)
    right[:, 1] = 0
    solution = ridge.Ridge(vectors, training.RIDGE).solve(right)
    assert solution == pytest.approx(inverse(vectors) @ right, abs=1e-4)


def test_what_all_vectors_share_costs_few_steps(monkeypatch: pytest.MonkeyPatch, vectors: sparse.csr_array) -> None:
    monkeypatch.setattr(ridge, "STEPS", 20)
    right = np.random.default_rng(1).standard_normal((300, 5)).astype(np.float32)
    solution = ridge.Ridge(vectors * 100, training.RIDGE).solve(right)
    left = right - (vectors * 100) @ ((vectors * 100).T @ solution) - training.RIDGE * solution
    assert np.linalg.norm(left) < 1e-3 * np.linalg.norm(right)


@pytest.mark.parametrize(("each_to", "within"), [(1000, 1e-3), (10, 0.1)])
def test_what_leaving_one_out_needs_is_exact_for_few_examples_and_near_for_many(
    monkeypatch: pytest.MonkeyPatch, vectors: sparse.csr_array, each_to: int, within: float
) -> None:
    monkeypatch.setattr(training, "EACH_TO", each_to)
    monkeypatch.setattr(training, "PROBES", 2000)
    targets = np.random.default_rng(1).standard_normal((300, 5)).astype(np.float32)
    dual, diagonal = training.solve(vectors, targets)
    assert dual == pytest.approx(inverse(vectors) @ targets, abs=1e-3)
    assert diagonal == pytest.approx(inverse(vectors).diagonal(), rel=within)


def test_the_index_scores_as_ridge_regression_over_all_grams_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Written out with a column for each gram, however many of them share a row of the index."""
    monkeypatch.setattr(ridge, "TOLERANCE", 1e-6)
    index = train(EXAMPLES, LABELS, LEXICON).index
    assert len(index.weights.units) < len(index.vectors.ids) / 2

    found = [grams(example.sentence, LEXICON) for example in EXAMPLES]
    ids = np.sort(index.vectors.ids)
    held_by = sum(np.isin(ids, of_one.ids) for of_one in found)
    rarity = 1 + np.log((1 + len(found)) / (1 + held_by))

    def vector(sentence: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        asked = grams(sentence.split(), LEXICON)
        values = WEIGHTS[channels(asked.ids)] * asked.damped
        known = np.isin(asked.ids, ids)
        full = np.zeros(len(ids))
        full[np.searchsorted(ids, asked.ids[known])] = values[known]
        full *= rarity
        return full / np.sqrt(full @ full + ((values[~known] * rarity.max()) ** 2).sum())

    vectors = np.array([vector(" ".join(example.sentence)) for example in EXAMPLES])
    targets = np.eye(len(LABELS))[[example.label for example in EXAMPLES]]
    products = vectors @ vectors.T + training.CONSTANT**2
    dual = np.linalg.solve(products + training.RIDGE * np.eye(len(products)), targets)
    for question in ("how many died", "how many days of rain", "who was killed on that rainy day"):
        expected = vector(question) @ vectors.T @ dual + training.CONSTANT**2 * dual.sum(axis=0)
        assert index.scores([grams(question.split(), LEXICON)]).labels[0] == pytest.approx(expected, abs=2e-3)


def test_held_out_scores_are_those_of_a_model_trained_without_the_example() -> None:
    """The closed form against really leaving out; only the rarity of grams differs, which the example is part of."""
    trained = train(EXAMPLES, LABELS, LEXICON)
    for i in (0, 5, 10):
        rest = train([e for j, e in enumerate(EXAMPLES) if j != i], LABELS, LEXICON).index
        without = rest.scores([grams(EXAMPLES[i].sentence, LEXICON)]).labels[0]
        assert trained.held_out.labels[i] == pytest.approx(without, abs=0.12)
        assert trained.held_out.labels[i].argmax() == without.argmax()


@pytest.mark.parametrize("seldom", [0, 4, 32])
def test_what_the_other_examples_have_of_one_is_what_a_model_trained_without_it_counts(
    monkeypatch: pytest.MonkeyPatch, seldom: int
) -> None:
    seen: list[Any] = []

    def noted(*values: Any) -> Any:
        seen.extend([*values, found := tallied(*values)])
        return found

    monkeypatch.setattr(training, "SELDOM", seldom)
    monkeypatch.setattr(training, "tallied", noted)
    train(EXAMPLES, LABELS, LEXICON)
    _, asked, _, _, found = seen
    exact = []
    for i, example in enumerate(EXAMPLES):
        rest = train([e for e in EXAMPLES if e is not example], LABELS, LEXICON).index
        alone = rest.vectors.batch([grams(example.sentence, LEXICON)])
        exact.append(rest.tally.evidence(alone, asked[i : i + 1])[0])
    covered, ratios = np.split(np.array(exact), [3], axis=1)
    assert found[:, :3] == pytest.approx(covered, abs=0.1)
    assert 0 < covered[:, 0].mean() < 1
    # A fifth of a paragraph's examples less changes the ratios, but hardly which are the larger ones.
    assert np.corrcoef(found[:, 3:].ravel(), ratios.ravel())[0, 1] > 0.97


def test_a_question_is_covered_by_what_examples_of_that_paragraph_have() -> None:
    index = train(EXAMPLES, LABELS, LEXICON).index
    _, evidence, _ = index.weigh(
        [grams(text.split(), LEXICON) for text in ("how many died", "how many rain or snow", "")]
    )
    covered, against_unanswered, against_others = np.split(evidence[:, TALLIED], 3, axis=1)
    assert covered[0] == pytest.approx([1, 1, 0], abs=0.01)
    assert (covered[1, :-1] < 0.8).all()
    assert (against_unanswered[0, :-1] > 0.5).all()
    assert (against_unanswered[1] < against_unanswered[0] + 0.01).all()
    assert (against_others[0, :-1] > 0.5).all()
    assert not evidence[2, TALLIED].any()


@pytest.mark.parametrize("kept", [1, 5, 40, 50])
def test_of_each_row_the_largest_weights_are_kept_and_always_the_last(
    monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(training, "AT_A_TIME", 7)
    weights = np.random.default_rng(0).standard_normal((30, 40)).astype(np.float32)
    columns, values = training._largest(weights, kept)  # noqa: SLF001
    assert columns.shape == values.shape == (30, min(kept, 40))
    for row, held, told in zip(weights, columns, values, strict=True):
        largest = np.abs(row[:-1]).argsort()[::-1][: kept - 1]
        assert set(held.tolist()) == {39, *largest.tolist()}
        assert told.tolist() == row[held].tolist()


def test_rows_that_more_examples_have_keep_more_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "KEPT", 3)
    monkeypatch.setattr(training, "KEPT_SELDOM", 2)
    monkeypatch.setattr(training, "SELDOM", 4)
    index = train(EXAMPLES, LABELS, LEXICON).index
    often, once = (set(index.vectors.batch([grams((word,), LEXICON)]).rows.tolist()) for word in ("was", "warm"))
    assert len(index.weights.columns) > min(often)
    assert max(once) >= len(index.weights.columns)
    assert index.weights.columns.shape[1] == 3
    assert index.weights.seldom_columns.shape[1] == 2


def test_leave_one_out_finds_examples_by_the_others() -> None:
    trained = train(EXAMPLES, LABELS, LEXICON)
    result = leave_one_out("en", trained.index.labels, trained.left_out)
    assert result.examples == len(EXAMPLES)
    assert 0.5 < result.label <= 1
    assert all(a != b for a, b, _ in result.confusions)


def test_blocks_joined_find_what_one_solution_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("larger.BLOCK", 12)
    joined = train_in_blocks(EXAMPLES * 2, [*LABELS[:2], LABELS[0]], LEXICON)
    assert [label.id for label in joined.labels.items] == ["deaths", "when", "deaths"]
    for example in EXAMPLES:
        scores = joined.scores([grams(example.sentence, LEXICON)]).labels[0]
        assert int(scores.argmax()) == example.label


def test_grams_share_a_row_where_the_same_examples_have_them_equally_often() -> None:
    """Of "dog cat cat" all grams of "cat" alone occur twice; those of "dog" once, as do all of "owl"."""
    sentences = ["dog cat cat", "owl", "dog cat cat owl"]
    vectors = train([Example(s.split(), i) for i, s in enumerate(sentences)], LABELS, LEXICON).index.vectors

    def rows(word: str) -> set[int]:
        return set(
            vectors.batch(
                [Grams(_pieces(word), np.ones(len(_pieces(word)), np.float32), np.empty(0, np.uint32))]
            ).rows.tolist()
        )

    assert len(rows("dog")) == len(rows("cat")) == len(rows("owl")) == 1
    assert len(rows("dog") | rows("cat") | rows("owl")) == 3
    assert (np.diff(vectors.degrees) > 0).all()


def test_an_example_and_the_same_question_are_measured_alike() -> None:
    trained = train(EXAMPLES, LABELS, LEXICON)
    asked = trained.index.scores([grams(example.sentence, LEXICON) for example in EXAMPLES])
    assert trained.held_out.sizes == pytest.approx(asked.sizes)
    assert len(set(asked.sizes.tolist())) > 3
    assert trained.held_out.strangeness.min() > 0
    assert asked.strangeness.max() == 0


def test_certainty_learns_what_only_two_kinds_of_evidence_together_tell() -> None:
    random = np.random.default_rng(0)
    evidence = random.standard_normal((4000, 3)).astype(np.float32)
    right = evidence[:, 0] * evidence[:, 1] > 0
    certainty = fitted(evidence, right)
    assert ((certainty(evidence) > 0.5) == right).mean() > 0.97
    assert 0 < certainty(np.array([[50, -50, 0]], np.float32))[0] < 0.01


def test_certainty_makes_little_of_few_examples_and_of_what_never_varied() -> None:
    evidence = np.zeros((20, 3), np.float32)
    evidence[:10, 0] = 1
    certainty = fitted(evidence, evidence[:, 0] > 0)
    assert certainty(np.array([[1, 0, 0]], np.float32))[0] > 0.8
    assert certainty(np.array([[0.5, 9, 9]], np.float32))[0] < 0.8
