"""Unknown words → the known words they were meant to be: where fuzzy search earns its place.

Only what no example and no synonym has is repaired: to a word with the same first letter (or the first two swapped)
at one edit, from eight letters on at two; else, where spaces are missing, to the words it consists of; else to a
word with the same consonants, since an alphabet that lacks a language's vowels is typed with others; before all, if
that is far more frequent. Measured on CLINC150 and MASSIVE, the first alone makes two typos in a question cost 3
points of accuracy instead of 7 to 12.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.normalise import WORDS_REMEMBERED
from bot.vocabulary import Vocabulary, hash_of, place_of

SHORT, TWO_EDITS_FROM = 3, 8
"""Words of `SHORT` letters are repaired where letters are only missing or swapped: so few prove little."""

OFTENER = 50
"""How many times oftener than a word at one edit a word with the same consonants must be used to be meant instead."""

KNOWN_SHARE = 0.4
"""How much of a word must be known words for it to be several without their spaces."""

CONSONANTS_FROM = 3
"""How many consonants tell a word."""

_WITHOUT_VOWELS = str.maketrans("", "", "aeiouy")


def _consonants(word: str) -> str:
    return word.translate(_WITHOUT_VOWELS)


class Speller:
    """Repairs words against a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Of equally near words of `vocabulary` the more frequent wins."""
        self._vocabulary = vocabulary
        self._repaired = lru_cache(WORDS_REMEMBERED)(self._nearly)
        self._words = [word for word, _ in vocabulary.frequency.most_common()]
        self._by_letter: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._by_letter[word[0]].append(word)
        # By hash, which takes an eighth of the memory that a dictionary does: the consonants, ascending, and where the
        # most frequent word that has them is.
        hashes = np.array([hash_of(_consonants(word)) for word in self._words], np.uint32)
        self._hashes, self._places = np.unique(hashes, return_index=True)

    def repair(self, sentence: Sequence[str]) -> list[str]:
        """`sentence` (folded words) with each unknown word replaced by what was meant, where that is near."""
        return [meant for word in self._joined(sentence) for meant in self._meant(word)]

    def _joined(self, sentence: Sequence[str]) -> Iterator[str]:
        """The words, with those put together that a stray space has cut in two."""
        words = list(sentence)
        knows = self._vocabulary.knows
        while words:
            word = words.pop(0)
            if words and word + words[0] in self._vocabulary.frequency and not (knows(word) and knows(words[0])):
                word += words.pop(0)
            yield word

    def _meant(self, word: str) -> Sequence[str]:
        return [word] if self._is_sound(word) else self._repaired(word)

    def _is_sound(self, word: str) -> bool:
        """Whether `word` stays as it is."""
        return len(word) < SHORT or not word.isalpha() or self._vocabulary.knows(word)

    def _nearly(self, word: str) -> tuple[str, ...]:
        frequency = self._vocabulary.frequency
        nearest, alike = self._nearest(word), self._with_consonants(word)
        if nearest is not None and nearest[0] == 1:
            rather = alike[0] == word[0] and frequency[alike] > OFTENER * frequency[nearest[1]]
            return (alike if rather else nearest[1],)
        if pieces := self._pieces(word):
            return pieces
        return (alike if nearest is None else nearest[1],)

    def _with_consonants(self, word: str) -> str:
        """The most frequent word with the consonants of `word`; itself, where there is none."""
        consonants = _consonants(word)
        if len(consonants) < CONSONANTS_FROM:
            return word
        place = place_of(self._hashes, consonants)
        found = word if place is None else self._words[self._places[place]]
        return found if _consonants(found) == consonants else word

    def _pieces(self, word: str) -> tuple[str, ...]:
        """The words that `word` is made of, repaired, if enough of it is known ones; else empty."""
        _, pieces = self._vocabulary.pieces(word)
        known = sum(len(piece) for piece in pieces if piece in self._vocabulary.frequency)
        if len(pieces) == 1 or known < KNOWN_SHARE * len(word):
            return ()
        return tuple(self._alone(piece) for piece in pieces)

    def _alone(self, piece: str) -> str:
        """`piece` of a word, repaired."""
        nearest = None if self._is_sound(piece) else self._nearest(piece)
        return piece if nearest is None else nearest[1]

    def _nearest(self, word: str) -> tuple[int, str] | None:
        """The nearest known word, and how many edits away it is; of those as near the most frequent."""
        edits = 2 if len(word) >= TWO_EDITS_FROM else 1
        found = [
            (distance, -self._vocabulary.frequency[candidate], candidate)
            for letter in {word[0], word[1]}
            for candidate, distance, _ in process.extract(
                word, self._by_letter.get(letter, ()), scorer=OSA.distance, score_cutoff=edits, limit=5
            )
            if letter == word[0] or candidate[:2] == word[1::-1]
            if len(word) > SHORT or Counter(word) <= Counter(candidate)
        ]
        if not found:
            return None
        distance, _, candidate = min(found)
        return int(distance), candidate
