import pytest

from bot.answering import Answerer
from bot.model import Language, Outcome
from bot.normalise import typed_as_english, typed_as_russian, words


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("how many people were killed", "en"),
        ("neçə nəfər həlak olub", "az"),
        ("nece nefer helak olub", "az"),
        ("неча нафар һәлак олуб", "az"),
        ("сколько человек погибло", "ru"),
        ("skolko chelovek pogiblo", "ru"),
        ("crjkmrj xtkjdtr gjub,kj", "ru"),
        ("20 yanvar сколько погибших", "ru"),
        ("kaç kişi öldürüldü", "tr"),
        ("KAC KISI OLDURULDU", "tr"),
        ("kaçkişiöldürüldü", "tr"),
        ("рщц ьфтн зущзду цуку лшддув", "en"),
        ("💔 сколько погиииибло?? 💔", "ru"),
        ("howmanypeoplewerekilledthatnight", "en"),
        ("сколькочеловекпогиблотогда", "ru"),
        ("neçənəfərhəlakoldubilirsiniz", "az"),
        ("h0w m4ny p30ple w3r3 k1lled", "en"),
        ("сколько 4еловек погибло", "ru"),
    ],
)
def test_the_number_killed_is_found_however_it_is_typed(answerer: Answerer, question: str, language: Language) -> None:
    answer = answerer.answer(question)
    assert (answer.outcome, answer.paragraphs, answer.language) == (Outcome.ANSWER, (3,), language)


@pytest.mark.parametrize(
    ("question", "hint", "outcome"),
    [
        ("sdkfjh", None, Outcome.UNKNOWN),
        ("xcvbn wqzx", "ru", Outcome.UNKNOWN),
        ("ыщцзж", None, Outcome.UNKNOWN),
        ("yaral", "tr", Outcome.ANSWER),
        ("deti postradali?", "tr", Outcome.ANSWER),
        ("naber", "en", Outcome.CHAT),
        ("1991?", "ru", Outcome.NOT_COVERED),
    ],
)
def test_keys_hit_at_random_are_told_from_words_of_another_language_typos_and_numbers(
    answerer: Answerer, question: str, hint: Language | None, outcome: Outcome
) -> None:
    assert answerer.answer(question, hint=hint).outcome is outcome


def test_what_is_words_in_one_language_alone_is_answered_in_it(answerer: Answerer) -> None:
    assert answerer.answer("deti postradali?", hint="tr").language == "ru"


def test_the_reply_is_in_the_language_that_was_chosen(answerer: Answerer) -> None:
    answer = answerer.answer("сколько человек погибло", "az")
    assert (answer.language, answer.paragraphs) == ("az", (3,))


def test_keys_hit_at_random_are_answered_in_the_writers_own_language(answerer: Answerer) -> None:
    assert answerer.answer("xcvbn wqzx", hint="tr").language == "tr"


@pytest.mark.parametrize("hint", ["az", "tr"])
def test_between_two_languages_the_writers_own_decides(answerer: Answerer, hint: Language) -> None:
    assert answerer.answer("ağır yaralılar?", hint=hint).language == hint


def test_a_keyboard_is_undone() -> None:
    assert typed_as_russian("crjkmrj gjub,kj") == "сколько погибло"
    assert typed_as_english("рщц ьфтн") == "how many"


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("az", "şəhid neçə", "shehid nece"),
        ("az", "şəhid", "wehid"),
        ("az", "шәһид", "şəhid"),
        ("az", "Qarabağ xalqı", "Garabagh halgi"),
        ("ru", "что произошло", "chto proizoshlo"),
        ("ru", "жертвы ещё", "zhertvy eshche"),
        ("tr", "KAÇ KİŞİ", "kac kisi"),
    ],
)
def test_two_spellings_of_a_language_read_alike(language: Language, one: str, other: str) -> None:
    assert words(one, language) == words(other, language)
