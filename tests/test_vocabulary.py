from collections import Counter

import pytest

from bot.vocabulary import GLUED_TO, Vocabulary

VOCABULARY = Vocabulary(Counter({"how": 9, "many": 9, "died": 5, "man": 1, "in": 9, "baku": 4}), "wounded".startswith)


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("howmanydied", ("how", "many", "died")),
        ("diedinbaku", ("died", "in", "baku")),
        ("howmanyqzxinbaku", ("how", "many", "qzx", "in", "baku")),
        ("strange", ("strange",)),
        ("many", ("many",)),
        ("how" * GLUED_TO, ("how" * GLUED_TO,)),
    ],
)
def test_a_word_is_cut_in_the_likeliest_way(word: str, pieces: tuple[str, ...]) -> None:
    assert VOCABULARY.pieces(word)[1] == pieces


def test_frequent_words_are_likelier_pieces_than_strange_ones() -> None:
    known, strange = VOCABULARY.pieces("howmany")[0], VOCABULARY.pieces("qxzqmany")[0]
    assert 0 > known > strange


def test_the_words_of_the_lexicon_are_known_too() -> None:
    assert VOCABULARY.knows("many")
    assert VOCABULARY.knows("wound")
    assert not VOCABULARY.knows("wounds")
