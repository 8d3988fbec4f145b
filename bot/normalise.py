"""Text as people type it → comparable words.

Knows scripts and spelling, not intents: two spellings of one question should come out alike, and nothing here
depends on the knowledge base.
"""

import re
import unicodedata

# Letters that Unicode does not decompose, and the Turkic i's, which casefold() would keep apart (I/ı, İ/i).
_LETTERS = str.maketrans({"ı": "i", "ə": "e", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss"})
_APOSTROPHES = re.compile(r"(?<=\w)['’‘ʼ`´](?=\w)")
_STRETCHED = re.compile(r"([^\W\d])\1{2,}")
_ORDINAL = re.compile(r"(\d)-?[^\W\d_]{1,2}\b")
_WORD = re.compile(r"\d+|[^\W\d_]+")

MAX_CHARACTERS = 2000
"""A question is read up to here: the longest real ones are a few hundred characters, and time stays bounded."""


def fold(text: str) -> str:
    """Lower-case `text` without diacritics, look-alike forms, format characters and stretched letters.

    Any string goes in; the result is idempotent under `fold` and at most a few times as long as the input.
    """
    text = unicodedata.normalize("NFKD", text[:MAX_CHARACTERS])
    text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf", "Me"))
    text = _APOSTROPHES.sub("", text.casefold().translate(_LETTERS))
    return _STRETCHED.sub(r"\1", text)


def words(text: str) -> list[str]:
    """The words and numbers of `text`, folded, in order; empty when there are none.

    The short ending of an ordinal ("34th", "34-й", "34-cü", "1980s") is left out.
    """
    return _WORD.findall(_ORDINAL.sub(r"\1 ", fold(text)))
