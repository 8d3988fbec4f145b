"""Which language a question is in, and on which keyboard it was typed.

A language model per language tells: known words by their frequency in the examples, other words by their letters. The
matcher's own vocabulary is used instead of a general detector, because questions are too short for one.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.model import Language
from bot.normalise import WORDS_REMEMBERED, typed_as_english, typed_as_russian, unmixed, with_letters, words
from bot.vocabulary import Vocabulary

UNKNOWN = -4.0
"""Log-probability that a word is none of the examples', on top of that of its letters."""

GLUED, GLUED_FROM = -4.0, 12
"""Log-probability that a word is several without their spaces, and from how many letters on that tells more of its
language than the letters do."""

UNLIKELY, LESS = -12.0, 0.2
"""Log-probability of a word below which it counts less, and how much less: the letters of one word hang together, and
a name or a borrowed word must not outweigh all others."""

ILLEGIBLE = -1.9
"""Log-probability of a letter below which words that nobody knows are none, but keys hit at random. With `WORD_FROM`
of `matching` one in a hundred such messages is answered, where it was one in thirteen."""

OTHER_KEYBOARD = -6.0
"""Log-probability that a message was typed on the wrong keyboard."""

DIGITS_FOR_LETTERS = -2.0
"""Log-probability that digits inside words stand for letters."""

FOREIGN_LETTER, FOREIGN_ALPHABET = -3.0, -6.0
"""Log-probability of a letter that the language does not have, and of another alphabet altogether."""

_ALPHABETS: dict[Language, frozenset[str]] = {
    "en": frozenset("abcdefghijklmnopqrstuvwxyz"),
    "az": frozenset("abcçdeəfgğhxıijkqlmnoöprsştuüvyzi"),
    "ru": frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
    "tr": frozenset("abcçdefgğhıijklmnoöprsştuüvyzâîû"),
}

E_FOR_SCHWA, SCHWAS = -1.0, 5
"""Log-probability that Azerbaijani typed with its own letters has an e, where ə is four times as frequent; and how many
of them count at most. It tells Turkish, which has no ə."""

_TURKIC = frozenset("çğıöşüÇĞİÖŞÜ")

HINT, SPOKEN = 2.0, 6.0
"""What the language of the writer's own device counts for, in log-probability, or in its place
that of the question before."""

LETTERS_FROM = 4
"""How often the examples must use a word for its letters to count as the language's."""

_SMOOTHING, _LETTERS = 0.05, 30
_NOTHING_LIKE = -math.log(_LETTERS)
"""Log-probability of a letter after two that are never seen together."""


@dataclass(frozen=True)
class Reading:
    """A way to read a message: its text as it was meant, in a language; `likelihood` compares it with others."""

    text: str
    language: Language
    likelihood: float


class Recogniser:
    """Recognises the languages it is given."""

    def __init__(self, vocabularies: Mapping[Language, Vocabulary]) -> None:
        self._models = {language: _Model(vocabulary) for language, vocabulary in vocabularies.items()}

    def readings(self, text: str, hint: Language | None = None, spoken: Language | None = None) -> list[Reading]:
        """The ways to read `text`, likeliest first; `hint` is the language of the writer's own device, and `spoken`
        that of the question before."""
        known, worth = (spoken, SPOKEN) if spoken else (hint, HINT)
        likelier = {language: worth * (language == known) for language in self._models}
        text = unmixed(text)
        found = [self._reading(text, language, likelier[language]) for language in self._models]
        best = max(found, key=lambda reading: reading.likelihood)
        if not self._models[best.language].knows_all(words(text, best.language)):
            found += [
                self._reading(typed, language, prior + likelier[language])
                for typed, language, prior in self._typed_otherwise(text)
            ]
        return sorted(found, key=lambda reading: -reading.likelihood)

    def is_legible(self, reading: Reading) -> bool:
        """Whether `reading` looks like words of its language, and not like keys hit at random."""
        return self._models[reading.language].is_legible(words(reading.text, reading.language))

    def _reading(self, typed: str, language: Language, prior: float) -> Reading:
        foreign = len(_letters(typed) - _ALPHABETS[language])
        likelihood = prior + max(FOREIGN_LETTER * foreign, FOREIGN_ALPHABET)
        if language == "az" and _TURKIC.intersection(typed) and "ə" not in typed:
            likelihood += E_FOR_SCHWA * min(typed.count("e"), SCHWAS)
        likelihood += self._models[language].likelihood(words(typed, language))
        return Reading(typed, language, likelihood)

    def _typed_otherwise(self, text: str) -> Iterator[tuple[str, Language, float]]:
        """`text` with other letters than it has, in a language, and the log-probability of typing so: for digits inside
        words, and as if its keys had been pressed on another keyboard."""
        for language in self._models:
            if (typed := with_letters(text, language)) != text:
                yield typed, language, DIGITS_FOR_LETTERS
        if not any(c.isalpha() and not c.isascii() for c in text):
            if "ru" in self._models:
                yield typed_as_russian(text), "ru", OTHER_KEYBOARD
        elif any("а" <= c <= "я" for c in text.casefold()):
            for language in self._models.keys() - {"ru"}:
                yield typed_as_english(text), language, OTHER_KEYBOARD


@lru_cache(1)
def _letters(text: str) -> frozenset[str]:
    """The different letters of `text`, which is read in one language after another."""
    return frozenset(filter(str.isalpha, text.casefold()))


class _Model:
    """Word frequencies, backed off to letter trigrams."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._word = lru_cache(WORDS_REMEMBERED)(self._weighed)
        self._total = vocabulary.total + len(vocabulary)
        trigrams: Counter[str] = Counter()
        bigrams: Counter[str] = Counter()
        for word, count in vocabulary.frequency.items():
            if count < LETTERS_FROM:
                continue
            edged = f"^^{word}$"
            weight = 1 + math.log1p(count)
            for i in range(len(edged) - 2):
                trigrams[edged[i : i + 3]] += weight  # type: ignore[assignment]
                bigrams[edged[i : i + 2]] += weight  # type: ignore[assignment]
        smoothed = {two: weight + _LETTERS * _SMOOTHING for two, weight in bigrams.items()}
        self._letter = {
            three: math.log((weight + _SMOOTHING) / smoothed[three[:2]]) for three, weight in trigrams.items()
        }
        self._unseen_letter = {two: math.log(_SMOOTHING / weight) for two, weight in smoothed.items()}

    def knows_all(self, sentence: Sequence[str]) -> bool:
        """Whether the examples or the lexicon have every word of `sentence`, and it has some."""
        return bool(sentence) and all(map(self._vocabulary.knows, sentence))

    def is_legible(self, sentence: Sequence[str]) -> bool:
        """Whether a word of `sentence` is known, or the letters of all are as those of words are; or there are none."""
        spelled = [word for word in sentence if not word.isdecimal()]
        if any(map(self._vocabulary.knows, spelled)):
            return True
        likelihood = sum(self._of_letters(word) - UNKNOWN for word in spelled)
        return likelihood >= ILLEGIBLE * sum(len(word) + 1 for word in spelled)

    def likelihood(self, sentence: Sequence[str]) -> float:
        return sum(self._word(word) for word in sentence if not word.isdecimal())

    def _weighed(self, word: str) -> float:
        if self._vocabulary.knows(word):
            return math.log((1 + self._vocabulary.count(word)) / self._total)
        found = self._of_letters(word)
        return found if found > UNLIKELY else UNLIKELY + LESS * (found - UNLIKELY)

    def _of_letters(self, word: str) -> float:
        """The log-probability that `word`, which nobody knows, is one of the language, or several without spaces."""
        found = self._letters(word)
        return max(found, GLUED + self._vocabulary.pieces(word)[0]) if len(word) >= GLUED_FROM else found

    def _letters(self, word: str) -> float:
        """The log-probability that `word` is one of the language, by its letters."""
        edged, likelihood = f"^^{word}$", UNKNOWN
        for i in range(len(edged) - 2):
            three = edged[i : i + 3]
            letter = self._letter.get(three)
            likelihood += self._unseen_letter.get(three[:2], _NOTHING_LIKE) if letter is None else letter
        return likelihood
