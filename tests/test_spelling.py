from collections import Counter

import pytest

from bot.spelling import Speller
from bot.vocabulary import Vocabulary, hashed

FREQUENCY = Counter({"killed": 9, "wounded": 5, "blockade": 3, "many": 9, "when": 9, "what": 8, "independence": 2})
SPELLER = Speller(Vocabulary(FREQUENCY, lambda word: word.startswith("kille")))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kiled", "killed"),
        ("wuonded", "wounded"),
        ("iklled", "killed"),
        ("indepndense", "independence"),
        ("killed", "killed"),
        ("mny", "many"),
        ("wen", "when"),
        ("wat", "what"),
    ],
)
def test_an_unknown_word_becomes_the_known_one_it_was_meant_to_be(typed: str, meant: str) -> None:
    assert SPELLER.repair([typed]) == [meant]


@pytest.mark.parametrize("typed", ["killers", "pilled", "dog", "kill", "x", "1990", "#"])
def test_what_is_too_far_from_any_known_word_stays(typed: str) -> None:
    assert SPELLER.repair([typed]) == [typed]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("whenkilled", ["when", "killed"]),
        ("whatindependence", ["what", "independence"]),
        ("manywhenwuonded", ["many", "when", "wounded"]),
        ("whatxyzkilled", ["what", "xyz", "killed"]),
    ],
)
def test_words_without_their_spaces_are_cut_and_repaired(typed: str, meant: list[str]) -> None:
    assert SPELLER.repair([typed]) == meant


CROWDED = Counter(
    {"many": 500, "may": 60, "mane": 2, "maan": 1, "manby": 1, "manly": 1, "mani": 1, "meny": 1, "mena": 3}
)


def test_of_many_words_as_near_the_most_frequent_is_meant() -> None:
    assert Speller(Vocabulary(CROWDED, lambda _: False)).repair(["mayn"]) == ["many"]


@pytest.mark.parametrize(("people", "meant"), [(151, "people"), (150, "poplo")])
def test_a_far_more_frequent_word_with_the_same_consonants_is_meant_before_one_at_one_edit(
    people: int, meant: str
) -> None:
    words = Counter({"people": people, "poplo": 3})
    assert Speller(Vocabulary(words, lambda _: False)).repair(["popli"]) == [meant]


def test_a_far_more_frequent_word_that_begins_otherwise_is_not_meant() -> None:
    words = Counter({"going": 900, "outgoing": 3})
    assert Speller(Vocabulary(words, lambda _: False)).repair(["ougoing"]) == ["outgoing"]


def test_a_word_that_was_seen_once_is_left_as_it_is_but_none_is_taken_for_it() -> None:
    vocabulary = Vocabulary(Counter({"many": 500}), lambda _: False, hashed(["mane", "moscow"]))
    assert [vocabulary.count(word) for word in ("many", "mane", "mani")] == [500, 1, 0]
    assert Speller(vocabulary).repair(["mane", "moscow", "mani", "moscw"]) == ["mane", "moscow", "many", "moscw"]
