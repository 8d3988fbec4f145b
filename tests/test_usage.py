from typing import Any

import numpy as np
import pytest
from test_training import EXAMPLES, LABELS, LEXICON

from bot import training
from bot.features import grams
from bot.training import Example, train
from bot.usage import Usage, counted, weighed

USED = slice(19, 24)
"""Where the evidence is that usage gives."""


def test_counts_are_kept_within_three_percent_however_large() -> None:
    table = np.array([[0, 1, 2], [15, 800, 50_000]], np.int32)
    usage = Usage.of(np.array([7, 9], np.uint32), table, np.array([20, 900, 60_000], np.int32))
    assert counted(usage.counts) == pytest.approx(table, rel=0.03)
    assert counted(usage.counts)[0].tolist() == pytest.approx([0, 1, 2], abs=0.05)


def test_a_question_word_that_an_intent_is_not_asked_with_speaks_against_it() -> None:
    index = train(EXAMPLES, LABELS, LEXICON).index
    asked = ("how many died", "is people died", "how many died of rain", "xyz")
    _, evidence, _ = index.weigh([grams(text.split(), LEXICON) for text in asked])
    asking, least_asking, naming, least_naming, known = evidence[:, USED].T
    assert asking[1] < 0 < asking[0]
    assert least_naming[2] < least_naming[0]
    assert naming[2] < naming[0]
    assert known.tolist() == pytest.approx([1, 1, 1 / 3, 0])
    assert evidence[3, USED].tolist() == [0, 0, 0, 0, 0]
    assert (least_asking <= asking).all()


def test_what_the_other_examples_use_is_what_a_model_trained_without_it_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def noted(*values: Any) -> Any:
        seen.append(found := weighed(*values))
        return found

    monkeypatch.setattr(training, "weighed", noted)
    trained = train(EXAMPLES, LABELS, LEXICON)
    (found,) = seen
    for i, example in enumerate(EXAMPLES):
        rest = train([e for e in EXAMPLES if e is not example], LABELS, LEXICON).index
        asked = rest.labels.places[trained.left_out.best[i : i + 1]]
        exact = rest.usage.evidence([grams(example.sentence, LEXICON)], asked)[0]
        assert found[i] == pytest.approx(exact, abs=0.4)  # which has an example less in its totals


def test_where_no_word_is_used_twice_usage_says_nothing() -> None:
    examples = [Example(sentence.split(), i) for i, sentence in enumerate(("alpha beta", "gamma delta", "rho"))]
    index = train(examples, LABELS, LEXICON).index
    assert not index.usage.ids.size
    assert not index.weigh([grams(["alpha"], LEXICON)])[1][:, USED].any()
