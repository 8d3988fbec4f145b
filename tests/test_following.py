from bot.following import LONGEST, Asked, Topic, corrected, left, wholes
from bot.lexicon import Lexicon
from bot.model import Knowledge, Words

LEXICON = Lexicon(
    Words(
        concepts={},
        fillers=(),
        joints=(),
        function_words=("were", "it", "and", "you", "in"),
        languages={},
        question_words=("how", "many", "where"),
        referring_words=("sure", "happen*"),
        rejecting_words={"next": ("not",), "previous": ("yox",)},
        doubting_words=("wasnt",),
        event_words=("january",),
        months=("february", "march"),
        paragraph_words={},
    ),
    "en",
)


def test_a_question_word_takes_its_subject_from_the_question_before() -> None:
    assert [*wholes(["where"], ["how", "many", "were", "killed"], LEXICON)] == [["where", "killed"]]


def test_a_subject_takes_its_question_word_from_the_question_before_and_all_where_it_refers_to_that() -> None:
    before = ["how", "many", "killed"]
    assert [*wholes(["wounded"], before, LEXICON)] == [["how", "many", "wounded"]]
    assert [*wholes(["sure", "wounded"], before, LEXICON)] == [
        ["how", "many", "sure", "wounded"],
        ["how", "many", "killed", "sure", "wounded"],
    ]
    assert [*wholes([], before, LEXICON)] == []


def test_a_number_alone_takes_the_place_of_the_last_one_before() -> None:
    before = ["where", "in", "21", "1990"]
    assert next(wholes(["and", "#year"], before, LEXICON)) == ["where", "in", "#year"]  # of which 21 was a day
    assert next(wholes(["and", "22"], before, LEXICON)) == ["where", "in", "22", "1990"]
    assert left(["and", "22"], before, LEXICON) == ("where", "in", "22", "1990")
    assert [*wholes(["march"], ["in", "february", "1994"], LEXICON)] == [["in", "march", "1994"]]
    assert next(wholes(["march", "22"], ["in", "february"], LEXICON)) == ["march", "22"]
    assert next(wholes(["1991", "killed"], before, LEXICON)) == ["where", "1991", "killed"]
    assert next(wholes(["1991"], ["where", "killed"], LEXICON)) == ["where", "1991"]


def test_a_question_word_that_is_taken_back_goes_where_another_asks() -> None:
    assert corrected([["not", "how", "many"], ["where", "killed"]], LEXICON) == [["where", "killed"]]
    assert corrected([["how", "many", "yox"], ["where", "killed"]], LEXICON) == [["where", "killed"]]
    for kept in ([["not", "how", "many"]], [["not", "sure", "how", "many"], ["where", "killed"]]):
        assert corrected(kept, LEXICON) == kept


def test_what_has_neither_takes_all_from_the_question_before() -> None:
    assert [*wholes(["you", "sure"], ["how", "many", "killed"], LEXICON)] == [["how", "many", "killed", "you", "sure"]]


def test_what_is_left_is_whole_enough_for_the_next_question() -> None:
    before = ["how", "many", "killed"]
    assert left(["where", "wounded"], before, LEXICON) == ("where", "wounded")
    assert left(["wounded"], before, LEXICON) == ("how", "many", "wounded")
    assert left(["wounded", "in", "baku", "streets"], before, LEXICON) == ("wounded", "in", "baku", "streets")
    assert len(left(["wounded"] * 2 * LONGEST, before, LEXICON)) == LONGEST


def test_a_topic_is_told_in_its_own_words_and_in_another_language_by_its_title(knowledge: Knowledge) -> None:
    topic = Topic(Asked("en", ("body", "count")), knowledge.intents["deaths"])
    assert topic.words("en") == ("body", "count")
    assert topic.words("tr") == ("kac", "kisi", "olduruldu")
    assert Topic(topic.asked).words("tr") == ()
