import pytest

from bot.lexicon import Lexicon
from bot.model import Words
from bot.reading import Reader

LEXICON = Lexicon(
    Words(
        concepts={
            "death": ("kill*", "lost their li*", "toll"),
            "count": ("how many", "number of"),
            "time": ("how many days",),
            "place": ("where",),
            "person": ("who",),
        },
        fillers=("can you tell me", "please"),
        joints=("and", "as well as"),
        function_words=("was", "it"),
        languages={"ru": ("russian*",), "tr": ("turkish",)},
        question_words=("how", "many"),
        referring_words=("happen*", "sure"),
        rejecting_words={"next": ("not",), "previous": ("yox",)},
        doubting_words=("wasnt",),
        event_words=("january",),
        months=("february", "march"),
        paragraph_words={"3": ("third",)},
    ),
    "en",
    {"count", "time", "place", "person"},
)


def test_a_word_a_stem_and_a_phrase_name_their_concept() -> None:
    assert LEXICON.concepts(["the", "toll"]) == {"death"}
    assert LEXICON.concepts(["killings"]) == {"death"}
    assert LEXICON.concepts(["how", "many", "lost", "their", "lives"]) == {"count", "death"}


def test_a_phrase_must_be_whole() -> None:
    assert LEXICON.concepts(["how", "was", "many"]) == set()
    assert LEXICON.concepts(["lost", "their"]) == set()


def test_fillers_go_unless_nothing_else_is_there() -> None:
    assert LEXICON.without_fillers(["can", "you", "tell", "me", "the", "toll", "please"]) == ["the", "toll"]
    assert LEXICON.without_fillers(["please"]) == ["please"]


def test_joints_cut_a_sentence() -> None:
    assert LEXICON.split(["who", "and", "when", "as", "well", "as", "where"]) == [["who"], ["when"], ["where"]]


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("the wounded not the dead", "the wounded"),
        ("not the dead", ""),
        ("sayini yox adlarini", "adlarini"),
        ("yox yox adlarini", "adlarini"),
        ("prezident yox", "prezident yox"),  # a doubt
        ("how many", "how many"),
    ],
)
def test_what_is_taken_back_is_left_out(sentence: str, left: str) -> None:
    assert LEXICON.without_rejected(sentence.split()) == left.split()


@pytest.mark.parametrize(
    ("sentence", "doubts"),
    [("wasnt it the president", True), ("was it him", False), ("how wasnt it him", False)],
)
def test_a_doubt_asks_with_no_question_word(sentence: str, *, doubts: bool) -> None:
    assert LEXICON.doubts(sentence.split()) is doubts


@pytest.mark.parametrize(
    ("sentence", "apart"),
    [
        ("how many were killed and where", {"count": "how many were killed", "place": "were killed where"}),
        ("where and number of dead", {"place": "where dead", "count": "number of dead"}),
        ("who was killed where", {"person": "who was killed", "place": "was killed where"}),
        ("who knows where it was", {}),  # it relates
        ("where was it and where is it", {}),
        ("was it how many", {}),
    ],
)
def test_a_question_with_several_question_words_is_asked_with_each(sentence: str, apart: dict[str, str]) -> None:
    found = LEXICON.apart(sentence.split())
    assert found == {concept: asked.split() for concept, asked in apart.items()}
    assert list(found) == list(apart)


def test_of_phrases_at_the_same_place_the_longest_asks() -> None:
    assert LEXICON.apart(["how", "many", "days", "and", "where"]) == {
        "time": ["how", "many", "days"],
        "place": ["where"],
    }


def test_numbers_that_the_statement_does_not_have_are_some_number() -> None:
    reader = Reader("en", LEXICON, {"150", "1990"})
    assert reader.read("150 or 300 in 1990 or 2021") == ["150", "or", "#", "in", "1990", "or", "#year"]


def test_fillers_stay_where_only_function_words_are_there_besides() -> None:
    assert LEXICON.without_fillers(["please", "it"]) == ["please", "it"]
    assert LEXICON.without_fillers(["please", "how", "many"]) == ["how", "many"]


def test_languages_are_called_by_their_names() -> None:
    assert LEXICON.languages(["in", "russian", "not", "turkish"]) == {"ru", "tr"}
    assert LEXICON.languages(["was", "it"]) == set()


def test_a_sentence_of_function_words_alone_is_empty() -> None:
    assert LEXICON.is_empty(["was", "it"])
    assert LEXICON.is_empty([])
    assert not LEXICON.is_empty(["was", "killed"])


def test_a_sentence_has_question_words_a_subject_and_words_that_name_something() -> None:
    sentence = ["how", "many", "was", "it", "happening", "sure", "#", "#year", "killed"]
    assert LEXICON.asks(sentence) == ["how", "many"]
    assert LEXICON.subject(sentence) == ["happening", "sure", "#", "#year", "killed"]
    assert LEXICON.names(sentence) == ["#year", "killed"]
    assert not LEXICON.refers(["was", "it", "killed"])
    assert all(LEXICON.refers([word, "killed"]) for word in ("happened", "#", "and"))


def test_a_word_is_known_by_its_stem() -> None:
    assert LEXICON.knows("killers")
    assert not LEXICON.knows("born")


def test_paragraphs_are_named_by_numbers_and_words() -> None:
    assert LEXICON.paragraphs(["the", "third", "paragraph"]) == {"3"}
    assert LEXICON.paragraphs(["paragraph", "5"]) == {"5"}
    assert LEXICON.paragraphs(["the", "paragraphs"]) == set()


def test_words_tell_days_months_and_years() -> None:
    told = [LEXICON.time(word) for word in ("20", "1990", "#year", "#", "february", "many")]
    assert told == ["day", "year", "year", "day", "month", ""]
