"""Text as people type it → comparable words.

Knows scripts, spelling habits and keyboards, not intents: two spellings of one question should come out alike, and
nothing here depends on the knowledge base. Everything ends in plain Latin letters, so that a language may be typed in
either of its alphabets.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import chain

from bot.model import LANGUAGES, SOURCE_LANGUAGE, Language

MAX_CHARACTERS = 2000
"""A question is read up to here: the longest real ones are a few hundred characters, and time stays bounded."""

WORDS_REMEMBERED = 3000
"""Of how many words it is remembered what was found out about them: the parts of a message, and the ways to read it,
repeat its words. With 20,000 memory grows by 30 MB over 15,000 questions, with 1,000 an answer takes a tenth longer."""

LONGEST_REMEMBERED = 40
"""Up to how many characters it is: longer ones hardly come again, and would take much memory."""

# Letters that Unicode does not decompose, and the commonest that it does: most questions are plain after these.
_LATIN = {
    "ı": "i", "ə": "e", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss",
    "ş": "s", "ç": "c", "ğ": "g", "ö": "o", "ü": "u",
}  # fmt: skip

# Russian, and whatever else is typed in Cyrillic without being Azerbaijani.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    "і": "i", "ї": "i", "є": "e", "ґ": "g", "ә": "e", "ҝ": "g", "ө": "o", "ү": "u", "һ": "h", "ҹ": "c", "ғ": "g",
    "ј": "i",
}  # fmt: skip

# Azerbaijani in the Cyrillic alphabet of 1958-91, and on a Russian keyboard, which has none of its own letters.
_AZERBAIJANI = _CYRILLIC | {
    "ж": "j", "й": "y", "ц": "s", "ч": "c", "ш": "s", "щ": "s", "ю": "u", "я": "e", "ё": "o", "ј": "y",
}  # fmt: skip

_LETTERS: dict[Language, dict[int, str]] = {
    "en": str.maketrans(_LATIN | _CYRILLIC),
    "az": str.maketrans(_LATIN | _AZERBAIJANI),
    "ru": str.maketrans(_LATIN | _CYRILLIC),
    "tr": str.maketrans(_LATIN | _CYRILLIC),
}

# How people write the language's sounds with other letters, in chats and in transliteration: each goes to one spelling.
_HABITS: dict[Language, tuple[tuple[str, str], ...]] = {
    "en": (),
    "az": (
        ("sh", "s"), ("ch", "c"), ("gh", "g"), ("kh", "h"), ("dj", "c"), ("dz", "c"), ("x", "h"), ("q", "g"),
        ("w", "s"),
    ),
    "ru": (
        ("shch", "sc"), ("sch", "sc"), ("sh", "s"), ("ch", "c"), ("zh", "j"), ("kh", "h"), ("ts", "c"), ("x", "h"),
        ("yo", "e"), ("jo", "e"), ("y", "i"), ("ju", "iu"), ("ja", "ia"), ("w", "v"), ("q", "k"),
    ),
    "tr": (("sh", "s"), ("ch", "c"), ("w", "v"), ("q", "k")),
}  # fmt: skip

_LATIN_ALIKE, _CYRILLIC_ALIKE = "aceopxyikACEOPXYIKMTBH", "асеорхуікАСЕОРХУІКМТВН"
"""Letters that look the same; in this order, each other's counterparts."""

_TO_LATIN = str.maketrans(_CYRILLIC_ALIKE, _LATIN_ALIKE)
_TO_CYRILLIC = str.maketrans(_LATIN_ALIKE, _CYRILLIC_ALIKE)

# Digits and signs that people write for letters inside words ("d13d", "по4ему"), in the language's alphabets.
_FOR_LETTERS: dict[Language, dict[int, str]] = {
    "en": str.maketrans(dict(zip("0134578@$", "oieastbas", strict=True))),
    "az": str.maketrans(dict(zip("01345678@$", "oieçsştbas", strict=True))),
    "ru": str.maketrans(dict(zip("01346@", "оизчба", strict=True))),
    "tr": str.maketrans(dict(zip("0134578@$", "oieastbas", strict=True))),
}

_APOSTROPHES = re.compile(r"(?<=\w)['’‘ʼ`´](?=\w)")
_STRETCHED = re.compile(r"([^\W\d])\1{2,}")
_ORDINAL = re.compile(r"(\d)-?[^\W\d_]{1,2}\b")
_WORD = re.compile(r"\d+|[^\W\d_]+")
_AROUND_WORDS = '.,;:?!()"«»…'
_FOR_LETTER = re.compile(r"[\d@$]")
_LETTERS_AND_DIGITS = re.compile(
    r"(?<![\w@$])(?!@|(\d{2,}[^\W\d_]+|[^\W\d_]+\d{2,})(?![\w@$]))(?=[\d@$]*[^\W\d_])(?=[^\W\d_]*[\d@$])[\w@$]+"
)
_LETTERS_TOGETHER = re.compile(r"[^\W\d_]+")
_CYRILLIC_LETTER, _OTHER_LETTER = re.compile("[\u0400-\u04ff]"), re.compile(r"[^\W\d_\u0400-\u04ff]")

_ENGLISH_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`" + 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
_RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё" + "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ"
_TO_RUSSIAN = str.maketrans(_ENGLISH_KEYS + "&", _RUSSIAN_KEYS + "?")
_TO_ENGLISH = str.maketrans(_RUSSIAN_KEYS, _ENGLISH_KEYS)


def fold(text: str, language: Language = SOURCE_LANGUAGE) -> str:
    """Lower-case `text` in plain letters, as `language` spells it: without diacritics, look-alike forms, format
    characters and stretched letters.

    Any string goes in; the result is idempotent under `fold` and at most a few times as long as the input.
    """
    text = text[:MAX_CHARACTERS].casefold()
    if not text.isascii():
        text = _plain(text, _LETTERS[language])
    if not (text.isascii() and text.isalpha()):
        text = _APOSTROPHES.sub("", text)
    for typed, spelled in _HABITS[language]:
        text = text.replace(typed, spelled)
    return _STRETCHED.sub(r"\1", text)


def _plain(text: str, letters: dict[int, str]) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().translate(letters)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKD", text)
    return "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf", "Me")).translate(letters)


def words(text: str, language: Language = SOURCE_LANGUAGE) -> tuple[str, ...]:
    """The words and numbers of `text`, folded, in order; empty when there are none.

    The short ending of an ordinal ("34th", "34-й", "34-cü", "1980s") is left out.
    """
    pieces = text[:MAX_CHARACTERS].split()
    return tuple(chain.from_iterable([_read(piece.strip(_AROUND_WORDS))[language] for piece in pieces]))


def _read(piece: str) -> dict[Language, tuple[str, ...]]:
    return _words(piece) if len(piece) <= LONGEST_REMEMBERED else _words.__wrapped__(piece)


@lru_cache(WORDS_REMEMBERED)
def _words(piece: str) -> dict[Language, tuple[str, ...]]:
    """The words of a `piece` of text without spaces in each language, for a message is read in all: no spelling reaches
    across spaces, and the same pieces come again."""
    return {language: _cut(fold(piece, language)) for language in LANGUAGES}


def _cut(folded: str) -> tuple[str, ...]:
    return (folded,) if folded.isalpha() else tuple(_WORD.findall(_ORDINAL.sub(r"\1 ", folded)))


def unmixed(text: str) -> str:
    """`text` with each word that mixes Latin and Cyrillic in one of the two, where letters of the other only look like
    it: "реорle" is "people"."""
    if text.isascii() or not (_CYRILLIC_LETTER.search(text) and _OTHER_LETTER.search(text)):
        return text
    return _LETTERS_TOGETHER.sub(lambda word: _in_one_alphabet(word[0]), text[:MAX_CHARACTERS])


def _in_one_alphabet(word: str) -> str:
    cyrillic = list(map(ord, _CYRILLIC_LETTER.findall(word)))
    latin = list(map(ord, _OTHER_LETTER.findall(word)))
    for few, alike in sorted(((cyrillic, _TO_LATIN), (latin, _TO_CYRILLIC)), key=lambda pair: len(pair[0])):
        if alike.keys() >= {*few}:
            return word.translate(alike)
    return word


def with_letters(text: str, language: Language) -> str:
    """`text` with the digits and signs inside words as the letters of `language` that they stand for: "d13d" is "died".

    A number with its ending or its noun is not ("20th", "20yanvar"), but "4th" is: whether this makes sense is for the
    caller to tell.
    """
    if not _FOR_LETTER.search(text):
        return text
    return _LETTERS_AND_DIGITS.sub(lambda word: word[0].translate(_FOR_LETTERS[language]), text)


def typed_as_russian(text: str) -> str:
    """What `text` would be if its keys had been pressed on a Russian keyboard ("crjkmrj" is "сколько")."""
    return text.translate(_TO_RUSSIAN)


def typed_as_english(text: str) -> str:
    """What `text` would be if its keys had been pressed on an English keyboard ("рщц ьфтн" is "how many")."""
    return text.translate(_TO_ENGLISH)
