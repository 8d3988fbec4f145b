import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Language
from bot.normalise import MAX_CHARACTERS, fold, unmixed, with_letters, words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("How MANY died?!", ["how", "many", "died"]),
        ("KAÇ KİŞİ", ["kac", "kisi"]),
        ("neçə nəfər", ["nece", "nefer"]),
        ("what's the Soviet regime’s crime", ["whats", "the", "soviet", "regimes", "crime"]),
        ("19-20 January", ["19", "20", "january"]),
        ("sooooo many", ["so", "many"]),
        ("Ｆｕｌｌ ｗｉｄｔｈ", ["full", "width"]),
        ("\u202ehidden\u200b marks", ["hidden", "marks"]),
        ("cafe\u0301 café", ["cafe", "cafe"]),
        ("🌹 🕯", []),
        ("Bakıʼda", ["bakida"]),
        ("(died?) «dead», 34th. e-mail", ["died", "dead", "34", "e", "mail"]),
        ("", []),
    ],
)
def test_spellings_of_one_question_read_alike(typed: str, read: list[str]) -> None:
    assert [*words(typed)] == read


@given(st.text())
def test_any_text_folds_and_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


def test_a_very_long_message_is_read_up_to_a_limit() -> None:
    assert len(words("a b " * MAX_CHARACTERS)) == MAX_CHARACTERS // 2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("реорle", "people"),
        ("сколькo пoгиблo", "сколько погибло"),
        ("Bаkı", "Bakı"),
        ("hярби", "hярби"),
        ("как", "как"),
    ],
)
def test_letters_that_only_look_like_others_are_what_they_look_like(typed: str, meant: str) -> None:
    assert unmixed(typed) == meant


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("en", "h0w m4ny d13d", "how many died"),
        ("ru", "по4ему 4еловек", "почему человек"),
        ("az", "4ox", "çox"),
        ("en", "20january 1990s the 20th, @b0t", "20january 1990s the 20th, @b0t"),
        ("ru", "34-й, 1990г", "34-й, 1990г"),
    ],
)
def test_digits_inside_words_are_the_letters_they_stand_for(language: Language, typed: str, meant: str) -> None:
    assert with_letters(typed, language) == meant
