"""The words of a language: how often its examples use them, and how words without their spaces are cut into them."""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.normalise import WORDS_REMEMBERED

GLUED_FROM, GLUED_TO = 6, 120
"""Letters from which, and up to which, a word may be several without their spaces; more would take long."""

LONGEST = 22
"""How many letters a piece may have."""

OPENING = 3
"""By how many letters it is seen that no known word begins so: most beginnings need no further look."""

STRANGE, STRANGE_LETTER = -5.0, -2.6
"""Log-probability that a piece is none of the known words, and of each of its letters."""

NONE_SELDOM = np.array([], np.uint32)


def hash_of(word: str) -> int:
    """The hash of `word`, 32 bits."""
    return crc32(word.encode())


def hashed(words: Iterable[str]) -> NDArray[np.uint32]:
    """The hashes of `words`, ascending: 4 bytes for each in place of a hundred. A word that is none of 20,000 is taken
    for one of them once in 200,000 times."""
    return np.array(sorted(map(hash_of, words)), np.uint32)


def place_of(hashes: NDArray[np.uint32], word: str) -> int | None:
    """Where the hash of `word` stands among `hashes`, ascending ones; None, where it does not."""
    sought, known = hash_of(word), hashes.data  # of which numbers are found in half the time
    at = bisect_left(known, sought)
    return at if at < len(known) and known[at] == sought else None


class Vocabulary:
    """The words that the examples of a language use, and those that its lexicon names."""

    def __init__(
        self, frequency: Counter[str], named: Callable[[str], bool], seldom: NDArray[np.uint32] = NONE_SELDOM
    ) -> None:
        """`frequency`: how often the examples use each word; `named`: whether the lexicon has a word; `seldom`: the
        hashes of the words that the examples use once, as `hashed` gives them."""
        self.frequency = frequency
        self.total = frequency.total() + len(seldom)
        self._log_total = math.log(self.total + 1)
        self._seldom = seldom
        self._named = named
        self._openings = {word[:OPENING] for word in frequency}
        self.pieces = lru_cache(WORDS_REMEMBERED)(self._pieces)

    def __len__(self) -> int:
        """How many words the examples use or the lexicon names as a whole."""
        return len(self.frequency) + len(self._seldom)

    def knows(self, word: str) -> bool:
        """Whether the examples use `word` (folded), or the lexicon names it."""
        return word in self.frequency or self._named(word) or self._is_seldom(word)

    def count(self, word: str) -> int:
        """How often the examples use `word` (folded)."""
        count = self.frequency.get(word)
        return int(self._is_seldom(word)) if count is None else count

    def _is_seldom(self, word: str) -> bool:
        return place_of(self._seldom, word) is not None

    def _pieces(self, word: str) -> tuple[float, tuple[str, ...]]:
        """The likeliest way to cut `word` ("howmanydied") into known words, and its log-probability.

        Only words that the examples have more than once are known as pieces. What is between them is left as it is, so
        that a strange one does not hide the others. The way that the frequencies of the pieces make likeliest (Norvig,
        "Natural Language Corpus Data", 2009), found as by Viterbi.
        """
        if not GLUED_FROM <= len(word) <= GLUED_TO:
            count = self.frequency.get(word)
            likelihood = math.log(count) - self._log_total if count else STRANGE + STRANGE_LETTER * len(word)
            return likelihood, (word,)
        # For each length of the word's beginning: the likelihood where it ends in a known word or in a strange piece,
        # and where that begins.
        known, strange = [(-math.inf, 0)] * (len(word) + 1), [(-math.inf, 0)] * (len(word) + 1)
        known[0] = 0.0, 0
        count_of = self.frequency.get
        for begin in range(len(word)):
            before = max(known[begin][0], strange[begin][0])
            longest = LONGEST if word[begin : begin + OPENING] in self._openings else OPENING - 1
            for end in range(begin + 1, min(begin + longest, len(word)) + 1):
                count = count_of(word[begin:end])
                if count and (likelihood := math.log(count) - self._log_total + before) > known[end][0]:
                    known[end] = likelihood, begin
            new, (longer, start) = known[begin][0] + STRANGE, strange[begin]
            strange[begin + 1] = (new + STRANGE_LETTER, begin) if new > longer else (longer + STRANGE_LETTER, start)
        pieces: list[str] = []
        end = len(word)
        while end:
            _, start = max(known[end], strange[end])
            pieces.insert(0, word[start:end])
            end = start
        return max(known[-1], strange[-1])[0], tuple(pieces)
