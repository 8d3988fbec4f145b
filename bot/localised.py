"""How each language writes dates and counts things, as Babel's CLDR data has it."""

import re
from collections.abc import Container
from dataclasses import replace
from datetime import date
from functools import cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from bot.model import LANGUAGES, LEAP_YEAR, Day, Fact, Language

_LOCALES: dict[Language, str] = {"en": "en_GB", "az": "az", "ru": "ru", "tr": "tr"}
"""The statement's English writes the day before the month."""

_PATTERNS: dict[Language, dict[str, str]] = {
    "en": {"day": "d MMMM", "month": "MMMM y", "date": "d MMMM y"},
    "az": {"day": "d MMMM", "month": "y'{suffix} il' MMMM", "date": "d MMMM y'{suffix} il'"},
    "ru": {"day": "d MMMM", "month": "LLLL y 'года'", "date": "d MMMM y 'года'"},
    "tr": {"day": "d MMMM", "month": "MMMM y", "date": "d MMMM y"},
}
"""CLDR's long patterns, with the word "year" in full, as a sentence has it ("г." in CLDR, and none in Azerbaijani)."""

_AZERBAIJANI_SUFFIXES = {"one": "-ci", "few": "-cü", "many": "-cı", "other": "-cu"}
"""The end of an ordinal, by its CLDR category."""

_INFLECTED: dict[Language, int] = {"ru": 1}
"""How many letters at a month's end change with its case, of which CLDR has two ("в феврале" is a third)."""


def displayed(fact: Fact) -> Fact:
    """`fact` with a display in each language that its date or number is enough for; what is typed stays."""
    written: dict[Language, str] = {
        language: text for language in LANGUAGES if (text := _written(fact, language)) is not None
    }
    return replace(fact, display={**written, **fact.display})


def plural_form(fact: Fact, language: Language) -> str:
    """The CLDR category (one, few, many, other) of the form that a noun has after the number of `fact`."""
    locale = Locale(language)
    return str(locale.plural_form(fact.number or 0) if fact.ordinal is None else locale.ordinal_form(fact.ordinal))


@cache
def month_stems(language: Language) -> tuple[str, ...]:
    """For January to December, what a date in `language` has of the month's name whatever its case, in lower case.

    Not from the stand-alone names: what Babel 2.18 gives as Turkish ones depends on which languages were read before.
    """
    names = Locale(language).months["format"]["wide"]
    return tuple(names[n].casefold()[: len(names[n]) - _INFLECTED.get(language, 0)] for n in range(1, 13))


def months_of(text: str, language: Language, among: Container[int]) -> list[int]:
    """The months (1 to 12) that `text` names, in its order; only those `among` others, as "ма" is not always May."""
    found = [
        (match.start(), number)
        for number, stem in enumerate(month_stems(language), 1)
        if number in among
        for match in re.finditer(rf"\b{re.escape(stem)}", text.casefold())
    ]
    return [number for _, number in sorted(found)]


def has_name(text: str, name: str) -> bool:
    """Whether `text` has words that begin as those of `name` do, whatever their endings."""
    return re.search(r"\b" + r"\w*\s+".join(map(re.escape, name.split())), text) is not None


def _written(fact: Fact, language: Language) -> str | None:
    if fact.date is not None:
        return _dated(fact.date, language)
    number = fact.number if fact.ordinal is None else fact.ordinal
    if number is None or (form := fact.counted.get(language, {}).get(plural_form(fact, language))) is None:
        return None
    return form.replace("{number}", format_decimal(number, locale=_LOCALES[language]))


def _dated(day: Day, language: Language) -> str:
    precision = "month" if day.day is None else "day" if day.year is None else "date"
    suffix = _AZERBAIJANI_SUFFIXES[Locale("az").ordinal_form(day.year or LEAP_YEAR)]
    pattern = _PATTERNS[language][precision].replace("{suffix}", suffix)
    return format_date(date(day.year or LEAP_YEAR, day.month, day.day or 1), pattern, _LOCALES[language])
