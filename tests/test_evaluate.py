from pathlib import Path

import pytest

from bot.answering import Answer, Answerer
from bot.errors import ConfigError
from bot.evaluate import Case, read_cases, read_sets, score, taken_for
from bot.model import LANGUAGES, Knowledge, Language, Outcome
from bot.normalise import words

SETS = Path(__file__).parent / "questions"


@pytest.fixture(scope="module")
def sets() -> dict[tuple[str, Language], list[Case]]:
    return read_sets(SETS)


def test_no_set_repeats_an_example_or_another_set(
    knowledge: Knowledge, sets: dict[tuple[str, Language], list[Case]]
) -> None:
    examples = {
        (language, *words(question, language))
        for language, lists in knowledge.questions.items()
        for questions in lists.values()
        for question in questions
    }
    seen: set[tuple[str, ...]] = set()
    for (_, language), cases in sets.items():
        asked = {(language, *words(" ".join((*case.after, case.q)), language)) for case in cases}
        assert asked.isdisjoint(examples)
        assert asked.isdisjoint(seen)
        seen |= asked


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["dev", "test"])
def test_each_set_is_large_and_varied(
    name: str, language: Language, sets: dict[tuple[str, Language], list[Case]]
) -> None:
    cases = sets[name, language]
    assert len(cases) >= 200
    assert len({case.style for case in cases}) >= 12
    assert sum(case.none is not None for case in cases) >= len(cases) / 3


@pytest.mark.parametrize(
    ("case", "right"),
    [
        (Case("q", "plain", any=(3,)), True),
        (Case("q", "plain", any=(1, 3)), True),
        (Case("q", "plain", any=(4,)), False),
        (Case("q", "two_part", all=(3, 4)), False),
        (Case("q", "plain", none="near"), False),
    ],
)
def test_a_case_knows_what_answers_it(knowledge: Knowledge, case: Case, *, right: bool) -> None:
    answer = Answer("q", "en", Outcome.ANSWER, 1.0, (knowledge.intents["deaths"],))
    assert case.is_right(answer) is right


def test_a_row_counts_each_kind_of_miss(answerer: Answerer) -> None:
    cases = [
        Case("how many people were killed?", "plain", any=(3,)),
        Case("how many people were killed?", "plain", any=(8,)),
        Case("what is 2+2", "plain", any=(8,)),
        Case("how many people were killed?", "plain", none="near"),
        Case("what is 2+2", "plain", none="off_topic"),
    ]
    total = score(answerer, "made up", "en", cases).total
    assert (total.answerable, total.right, total.wrong, total.refused) == (3, 1, 1, 1)
    assert (total.unanswerable, total.answered, total.language) == (2, 1, 5)


def test_confusions_tell_what_each_style_was_taken_for(answerer: Answerer) -> None:
    cases = [
        Case("how many people were killed?", "slang", none="near"),
        Case("what is 2+2", "slang", any=(8,)),
        Case("number of people killed", "slang", none="near"),
        Case("thanks", "plain", any=(3,)),
        Case("how many people were killed?", "plain", any=(3,)),
    ]
    confusions = score(answerer, "made up", "en", cases).confusions
    assert confusions == [("slang", "deaths", 2), ("slang", "unknown", 1), ("plain", "thanks", 1)]


def test_what_is_about_no_label_is_named_by_its_outcome() -> None:
    assert taken_for(Answer("q", "en", Outcome.SUGGEST, 0.5, suggestions=("deaths", "when"))) == "suggest"


def test_a_file_that_is_no_set_is_named(tmp_path: Path) -> None:
    path = tmp_path / "en.yaml"
    path.write_text('- {q: "who?", style: "plain"}\n')
    with pytest.raises(ConfigError, match=r"en\.yaml.*(\n.*)*exactly one of any, all and none"):
        read_cases(path)
    with pytest.raises(ConfigError, match="has no question sets"):
        read_sets(tmp_path)
