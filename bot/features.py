"""Words → grams: what the matcher's weights are attached to.

Channels, after the comparison on CLINC150 and MASSIVE in which words 1-2 and characters inside words, with one linear
model per intent, did best of all that needs no neural network: words, neighbouring pairs of words (order: "how many"
against "who"), pieces of words (inflection, typos), and the thesaurus' concepts with their pairs (synonyms).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

PIECE_LENGTHS = (2, 3, 4)

WORD, PAIR, PIECE, CONCEPT, CONCEPTS = "wpcsx"
WEIGHTS = {WORD: 1.0, PAIR: 0.8, PIECE: 0.6, CONCEPT: 1.5, CONCEPTS: 0.8}
"""How much a gram of each channel counts beside the others; measured with `statement-bot eval`."""


def grams(sentence: Sequence[str], concepts: Iterable[str]) -> Counter[str]:
    """How often each gram occurs in `sentence` (folded words); a gram's first letter is its channel."""
    counts: Counter[str] = Counter()
    for word in sentence:
        counts[WORD + word] += 1
        edged = f"^{word}$"
        for n in PIECE_LENGTHS:
            counts.update(PIECE + edged[i : i + n] for i in range(len(edged) - n + 1))
    bounded = ["^", *sentence, "$"]
    counts.update(f"{PAIR}{a} {b}" for a, b in pairwise(bounded))
    concepts = sorted(concepts)
    counts.update(CONCEPT + concept for concept in concepts)
    counts.update(f"{CONCEPTS}{a} {b}" for a, b in combinations(concepts, 2))
    return counts
