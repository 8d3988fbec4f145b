"""The bot beside plain methods over the same examples: the nearest example by a fuzzy scorer or by TF-IDF.

Each method's threshold is the one at which, on the dev set, the right answers' share less the share of unanswerable
questions answered is largest.
"""

import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process, utils
from scipy import sparse

from bot.answering import Answerer
from bot.evaluate import Case
from bot.model import Knowledge, Language
from bot.training import labels_of

LENGTHS = (3, 4, 5)
"""The character n-grams of the TF-IDF nearest neighbour."""

THRESHOLD_ON = 250
"""On how many questions of the dev set a threshold is set: the scans are slow."""

Found = tuple[frozenset[int], float]
"""The paragraphs of the best match (none if it is no intent), and how sure the method is."""
Method = Callable[[str], Found]


@dataclass(frozen=True)
class Result:
    """How a method did on a test set: milliseconds a question, and shares (0 to 1) of the answerable questions whose
    best match is right, that were answered right and answered wrongly, and of the unanswerable ones answered."""

    name: str
    median: float
    p99: float
    forced: float
    right: float
    wrong: float
    answered: float


def methods(answerer: Answerer, knowledge: Knowledge, language: Language) -> dict[str, Method]:
    """Every method over the examples of `knowledge` in `language`, by its name; the bot's own comes first.

    `knowledge` must still have its examples, which a kept one has not.
    """
    examples = _Examples(knowledge, language)
    return {
        "this bot": _ours(answerer, language),
        "rapidfuzz WRatio": _fuzzy(examples, fuzz.WRatio),
        "rapidfuzz token_set_ratio": _fuzzy(examples, fuzz.token_set_ratio),
        "rapidfuzz token_sort_ratio": _fuzzy(examples, fuzz.token_sort_ratio),
        "TF-IDF nearest neighbour": _tf_idf(examples),
    }


def measure(name: str, method: Method, dev: Sequence[Case], test: Sequence[Case]) -> Result:
    """Ask `method` every question of `test`, with the threshold that suits `dev`."""
    threshold = _best_threshold([(case, *method(case.q)) for case in dev[:THRESHOLD_ON]])
    found, times = [], []
    for case in test:
        start = time.perf_counter()
        paragraphs, sure = method(case.q)
        times.append((time.perf_counter() - start) * 1000)
        found.append((case, paragraphs, bool(paragraphs) and sure >= threshold))
    answerable = [(_fits(case, paragraphs), shown) for case, paragraphs, shown in found if not case.none]
    return Result(
        name,
        median=statistics.median(times),
        p99=float(np.percentile(times, 99)),
        forced=statistics.mean(fits for fits, _ in answerable),
        right=statistics.mean(fits and shown for fits, shown in answerable),
        wrong=statistics.mean(shown and not fits for fits, shown in answerable),
        answered=statistics.mean(shown for case, _, shown in found if case.none),
    )


class _Examples:
    """The examples of one language, each with the paragraphs that it stands for."""

    def __init__(self, knowledge: Knowledge, language: Language) -> None:
        self.questions: list[str] = []
        self.paragraphs: list[frozenset[int]] = []
        for label in labels_of(knowledge):
            questions = knowledge.questions[language][label.id]
            quotes = knowledge.intents[label.id].quotes if label.id in knowledge.intents else ()
            self.questions += map(utils.default_process, questions)
            self.paragraphs += [frozenset(quote.paragraph for quote in quotes)] * len(questions)


def _ours(answerer: Answerer, language: Language) -> Method:
    def method(question: str) -> Found:
        answer = answerer.answer(question, language)
        return frozenset(answer.paragraphs), answer.score if answer.paragraphs else 0.0

    return method


def _fuzzy(examples: _Examples, scorer: Callable[..., float]) -> Method:
    def method(question: str) -> Found:
        found = process.extractOne(utils.default_process(question), examples.questions, scorer=scorer)
        return (examples.paragraphs[found[2]], found[1]) if found else (frozenset(), 0.0)

    return method


def _tf_idf(examples: _Examples) -> Method:
    counts = [_ngrams(question) for question in examples.questions]
    frequency = Counter(gram for count in counts for gram in count)
    column = {gram: i for i, gram in enumerate(frequency)}
    rarity = 1 + np.log((1 + len(counts)) / (1 + np.array([*frequency.values()], np.float32)))

    def vector(count: Counter[str]) -> tuple[list[int], list[float]]:
        known = [(column[gram], n * float(rarity[column[gram]])) for gram, n in count.items() if gram in column]
        length = float(np.sqrt(sum(value**2 for _, value in known))) or 1.0
        return [position for position, _ in known], [value / length for _, value in known]

    rows = [vector(count) for count in counts]
    matrix = sparse.csc_array(
        sparse.csr_array(
            (
                np.array([value for _, values in rows for value in values], np.float32),
                np.array([position for positions, _ in rows for position in positions]),
                np.cumsum([0, *(len(positions) for positions, _ in rows)]),
            ),
            shape=(len(rows), len(column)),
        )
    )

    def method(question: str) -> Found:
        positions, values = vector(_ngrams(utils.default_process(question)))
        if not positions:
            return frozenset(), 0.0
        similar = matrix[:, positions] @ np.array(values, np.float32)
        best = int(similar.argmax())
        return examples.paragraphs[best], float(similar[best])

    return method


def _ngrams(text: str) -> Counter[str]:
    edged = f" {text} "
    return Counter(edged[i : i + n] for n in LENGTHS for i in range(len(edged) - n + 1))


def _fits(case: Case, paragraphs: frozenset[int]) -> bool:
    return bool(paragraphs & {*case.any}) if case.any else paragraphs >= {*case.all}


def _best_threshold(found: Sequence[tuple[Case, frozenset[int], float]]) -> float:
    answerable = sum(not case.none for case, *_ in found)

    def gain(threshold: float) -> float:
        shown = [(case, paragraphs) for case, paragraphs, sure in found if sure >= threshold and paragraphs]
        right = sum(_fits(case, paragraphs) for case, paragraphs in shown)
        return right / answerable - sum(bool(case.none) for case, _ in shown) / (len(found) - answerable)

    return max((sure for _, _, sure in found), key=gain)
