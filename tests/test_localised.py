import pytest

from bot.localised import displayed, month_stems
from bot.model import Day, Fact, Language

LABEL: dict[Language, str] = {"en": "label"}
YEARS: dict[Language, dict[str, str]] = {
    "en": {"one": "{number} year", "other": "{number} years"},
    "ru": {"one": "{number} год", "few": "{number} года", "many": "{number} лет"},
}
ANNIVERSARIES: dict[Language, dict[str, str]] = {
    "en": {"one": "{number}st", "two": "{number}nd", "few": "{number}rd", "other": "{number}th"}
}


@pytest.mark.parametrize(
    ("day", "display"),
    [
        (Day(1, 20, 1990), {"en": "20 January 1990", "az": "20 yanvar 1990-cı il", "ru": "20 января 1990 года", "tr": "20 Ocak 1990"}),
        (Day(9, 1, 2019), {"en": "1 September 2019", "az": "1 sentyabr 2019-cu il", "ru": "1 сентября 2019 года", "tr": "1 Eylül 2019"}),
        (Day(3, None, 1994), {"en": "March 1994", "az": "1994-cü il mart", "ru": "март 1994 года", "tr": "Mart 1994"}),
        (Day(2, 29), {"en": "29 February", "az": "29 fevral", "ru": "29 февраля", "tr": "29 Şubat"}),
    ],
)  # fmt: skip
def test_a_date_is_written_as_each_language_does(day: Day, display: dict[Language, str]) -> None:
    assert displayed(Fact("day", "date", 0, "literal", LABEL, date=day)).display == display


@pytest.mark.parametrize(
    ("number", "display"),
    [
        (1, {"en": "1 year", "ru": "1 год"}),
        (11, {"en": "11 years", "ru": "11 лет"}),
        (34, {"en": "34 years", "ru": "34 года"}),
        (1121, {"en": "1,121 years", "ru": "1\N{NO-BREAK SPACE}121 год"}),
    ],
)
def test_a_noun_has_the_form_that_its_number_asks_for(number: int, display: dict[Language, str]) -> None:
    assert displayed(Fact("years", "duration", 0, "literal", LABEL, number=number, counted=YEARS)).display == display


@pytest.mark.parametrize(("number", "display"), [(1, "1st"), (12, "12th"), (22, "22nd"), (33, "33rd"), (34, "34th")])
def test_an_ordinal_has_the_ending_that_its_number_asks_for(number: int, display: str) -> None:
    fact = Fact("anniversary", "figure", 0, "literal", LABEL, ordinal=number, counted=ANNIVERSARIES)
    assert displayed(fact).display == {"en": display}


def test_what_is_typed_stays() -> None:
    fact = Fact("month", "date", 0, "literal", LABEL, date=Day(2, None, 1994), display={"ru": "в феврале 1994 года"})
    assert displayed(fact).display["ru"] == "в феврале 1994 года"
    assert displayed(fact).display["en"] == "February 1994"


@pytest.mark.parametrize(
    ("language", "text"), [("en", "March"), ("az", "martın 3-ü"), ("ru", "в марте"), ("ru", "март"), ("tr", "Mart'ta")]
)
def test_a_month_is_told_in_any_case(language: Language, text: str) -> None:
    _, february, march, april, *_ = month_stems(language)
    assert march in text.casefold()
    assert february not in text.casefold()
    assert april not in text.casefold()
