import pytest

from bot.answering import Answerer
from bot.comparison import Method, measure, methods
from bot.evaluate import Case
from bot.model import Knowledge

DEV = [Case("how many died", "plain", any=(3,)), Case("what is the capital of France", "plain", none="off_topic")]


@pytest.fixture(scope="module")
def english(answerer: Answerer, knowledge: Knowledge) -> dict[str, Method]:
    return methods(answerer, knowledge, "en")


def test_a_plain_method_finds_an_example_and_its_paragraph(english: dict[str, Method], knowledge: Knowledge) -> None:
    example = knowledge.questions["en"]["wounded"][0]

    found = {name: method(example) for name, method in english.items()}

    assert {name: paragraphs for name, (paragraphs, _) in found.items()} == dict.fromkeys(found, frozenset({3}))


def test_the_threshold_of_the_dev_set_decides_what_counts_as_answered() -> None:
    sure = {"how many died": 0.9, "what is the capital of France": 0.4, "when": 0.6, "who": 0.95, "weather": 0.7}

    result = measure("", lambda question: (frozenset({3}), sure[question]), DEV, [
        Case("when", "plain", any=(4,)), Case("who", "plain", any=(3,)), Case("weather", "plain", none="off_topic"),
    ])  # fmt: skip

    assert (result.forced, result.right, result.wrong, result.answered) == (0.5, 0.5, 0.0, 0.0)


def test_nothing_in_common_is_no_answer(english: dict[str, Method]) -> None:
    assert english["TF-IDF nearest neighbour"]("ψψψψ") == (frozenset(), 0.0)
