"""Words → grams: what the matcher's weights are attached to.

Channels, after the comparison on CLINC150 and MASSIVE in which word pairs and characters inside words, with one linear
model per intent, did best of all that needs no neural network: pieces of words (inflection, typos), neighbouring pairs
of words (order: "how many" against "who"), the beginnings of words that stand near each other in any order, and the
thesaurus' concepts with their pairs (synonyms). A gram is known by its hash alone, so that no text of it is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations, pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.lexicon import Lexicon
from bot.normalise import WORDS_REMEMBERED

PIECE_LENGTHS = (2, 3, 4)
"""In bytes, which are letters in all that `normalise` makes Latin."""

HEAD, WINDOW = 5, 4
"""How many of a word's first letters stand for it, and up to how many words apart two of them are near."""

PIECE, PAIR, NEAR, CONCEPT, CONCEPTS = range(5)
NAMING, ASKING = range(5, 7)
"""Not weighed by themselves: whole words and concepts, those that name something and those that ask."""
WEIGHTS = np.array([0.6, 0.8, 0.75, 0.9, 0.8], np.float32)
"""How much a gram of each channel counts beside the others; measured with `statement-bot eval`."""

_TEXT_BITS = 29
"""Bits of an id that tell the text; the three above tell the channel."""
_TEXT = (1 << _TEXT_BITS) - 1
_JOINED = np.array([PAIR, NEAR, CONCEPT, CONCEPTS], np.uint32) << np.uint32(_TEXT_BITS)
"""The channels of the grams that are not of one word, as they stand in an id."""


@dataclass(frozen=True)
class Grams:
    """The different grams of a question: their ids, ascending, and how often each occurs, as 1 + its logarithm (n)."""

    ids: NDArray[np.uint32]
    damped: NDArray[np.float32]
    words: NDArray[np.uint32]
    """The ids of its different words, by their heads, and concepts; see `usage`."""


def grams(sentence: Sequence[str], lexicon: Lexicon) -> Grams:
    """The grams of `sentence` (folded words) and of the concepts that `lexicon` finds in it."""
    named = sorted(lexicon.concepts(sentence))
    heads, concepts = [word[:HEAD].encode() for word in sentence], [concept.encode() for concept in named]
    begun = [crc32(b"%b " % head) for head in heads]  # a hash may go on from that of what comes before
    near = []
    for i, head in enumerate(heads):
        for j in range(i + 1, min(i + 1 + WINDOW, len(heads))):
            other = heads[j]
            near.append(crc32(other, begun[i]) if head <= other else crc32(head, begun[j]))
    hashes = (
        [crc32(b"%b %b" % pair) for pair in pairwise([b"^", *(word.encode() for word in sentence), b"$"])],
        near,
        [crc32(concept) for concept in concepts],
        [crc32(b"%b %b" % pair) for pair in combinations(concepts, 2)],
    )
    channel = _JOINED.repeat(list(map(len, hashes)))
    joined = np.array(list(chain.from_iterable(hashes)), np.uint32) & _TEXT | channel
    ids, counts = _counted(np.concatenate([joined, *map(_pieces, sentence)]))
    asks = {*lexicon.asks(sentence), *lexicon.question_concepts}
    whole = {_id(ASKING if word in asks else NAMING, head) for word, head in zip(sentence, heads, strict=True)}
    whole |= {_id(ASKING if c in asks else NAMING, b"$%b" % text) for c, text in zip(named, concepts, strict=True)}
    return Grams(ids, 1 + np.log(counts.astype(np.float32)), np.array(sorted(whole), np.uint32))


def _counted(ids: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """The different ones of `ids`, which are put in order, and how often each occurs: `np.unique` takes thrice as long
    for so few."""
    ids.sort()
    first = np.ones(len(ids) + 1, np.bool_)
    np.not_equal(ids[1:], ids[:-1], out=first[1:-1])
    at = first.nonzero()[0]
    return ids[at[:-1]], np.diff(at)


def channels(ids: NDArray[np.uint32]) -> NDArray[np.intp]:
    """The channels of the grams with these ids (n)."""
    return (ids >> _TEXT_BITS).astype(np.intp)


def _id(channel: int, text: bytes) -> int:
    """The id of a gram; of a million grams of a channel one in five hundred shares its id with another."""
    return crc32(text) & _TEXT | channel << _TEXT_BITS


@lru_cache(WORDS_REMEMBERED)
def _pieces(word: str) -> NDArray[np.uint32]:
    edged = f"^{word}$".encode()
    starts = ((i, n) for n in PIECE_LENGTHS for i in range(len(edged) - n + 1))
    return np.array([_id(PIECE, edged[i : i + n]) for i, n in starts], np.uint32)
