"""How each language writes months and counts things, as Babel's CLDR data has it."""

from functools import cache

from babel import Locale

from bot.model import Language

_LETTERS_INFLECTED = 1
"""How many letters at a month's end may change with its case, which CLDR does not have ("в феврале")."""


@cache
def month_stems(language: Language) -> tuple[frozenset[str], ...]:
    """For January to December, the lower-case beginnings of which a date in `language` has one."""
    months = Locale(language).months
    names = [(months["format"]["wide"][n], months["stand-alone"]["wide"][n]) for n in range(1, 13)]
    return tuple(frozenset(name.casefold()[:-_LETTERS_INFLECTED] for name in pair) for pair in names)


def plural_form(number: int, language: Language) -> str:
    """The CLDR category (one, few, many, other) of the form that a noun has after `number`."""
    return str(Locale(language).plural_form(number))
