"""Speed, memory and accuracy beside plain fuzzy scans over the same examples, in one run: `./task bench`.

Accuracy is on the English test set: whether the best match is of the right paragraph (forced), and, with each method's
threshold set on the dev set where right answers minus answers to unanswerable questions is largest,
how many questions were answered right and how many unanswerable ones refused.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process, utils
from rich.console import Console
from rich.table import Table

from bot.answering import Answerer
from bot.compiled import Compiled, compile_knowledge, open_knowledge, readers
from bot.evaluate import Case, read_cases
from bot.index import Label
from bot.load import SHIPPED, load
from bot.matching import Matcher
from bot.model import Knowledge, Outcome
from bot.training import Example, train_large

SETS = Path(__file__).parent / "questions"
EXAMPLES_EACH = 12
"""Examples for each label of the generated knowledge base."""

Found = tuple[frozenset[int], float]
"""The paragraphs of the best match (none if it is not an intent), and how sure the method is."""
Method = Callable[[str], Found]


@dataclass(frozen=True)
class Result:
    name: str
    median: float
    p99: float
    forced: float
    right: float
    refused: float


def measure(name: str, method: Method, dev: Sequence[Case], test: Sequence[Case]) -> Result:
    threshold = best_threshold([(case, *method(case.q)) for case in dev])
    found, times = [], []
    for case in test:
        start = time.perf_counter()
        paragraphs, sure = method(case.q)
        times.append((time.perf_counter() - start) * 1000)
        found.append((case, paragraphs, sure))
    answerable = [(fits(case, paragraphs), sure >= threshold) for case, paragraphs, sure in found if not case.none]
    refused = [not paragraphs or sure < threshold for case, paragraphs, sure in found if case.none]
    return Result(
        name,
        statistics.median(times),
        float(np.percentile(times, 99)),
        statistics.mean(right for right, _ in answerable),
        statistics.mean(right and shown for right, shown in answerable),
        statistics.mean(refused),
    )


def fits(case: Case, paragraphs: frozenset[int]) -> bool:
    return bool(paragraphs & {*case.any, *case.all})


def best_threshold(found: Sequence[tuple[Case, frozenset[int], float]]) -> float:
    def gain(threshold: float) -> float:
        shown = [(case, paragraphs) for case, paragraphs, sure in found if sure >= threshold and paragraphs]
        right = sum(fits(case, paragraphs) for case, paragraphs in shown)
        return right / sum(not c.none for c, *_ in found) - sum(bool(c.none) for c, _ in shown) / sum(
            bool(c.none) for c, *_ in found
        )

    return max((sure for _, _, sure in found), key=gain)


def ours(answerer: Answerer) -> Method:
    def method(question: str) -> Found:
        answer = answerer.answer(question, "en")
        return frozenset(answer.paragraphs), answer.score if answer.paragraphs else 0.0

    return method


def scan(knowledge: Knowledge, scorer: Callable[..., float]) -> Method:
    """The nearest example by `scorer`, among all examples of the knowledge base."""
    owners: list[tuple[str, frozenset[int]]] = []
    for intent in knowledge.intents.values():
        paragraphs = frozenset(quote.paragraph for quote in intent.quotes)
        owners += [(question, paragraphs) for question in intent.texts["en"].questions]
    for other in (*knowledge.subjects.values(), *knowledge.talks.values()):
        owners += [(question, frozenset()) for question in other.texts["en"].questions]
    choices = [utils.default_process(question) for question, _ in owners]

    def method(question: str) -> Found:
        found = process.extractOne(utils.default_process(question), choices, scorer=scorer)
        return (owners[found[2]][1], found[1]) if found else (frozenset(), 0.0)

    return method


def generated(knowledge: Knowledge, times: int) -> Compiled:
    """A knowledge base with `times` as many labels: copies whose content words are other words."""
    reader = readers(knowledge)["en"]
    sources = [
        (Label(i.id, Outcome.ANSWER, i.quotes[0].paragraph), i.texts["en"].questions)
        for i in knowledge.intents.values()
    ]
    sources += [(Label(s.id, Outcome.NOT_COVERED), s.texts["en"].questions) for s in knowledge.subjects.values()]
    sources += [(Label(t.id, t.outcome), t.texts["en"].questions) for t in knowledge.talks.values()]
    labels, examples = [], []
    for copy in range(times):
        ending = "" if copy == 0 else chr(97 + copy % 26) + chr(97 + copy // 26) + "z"
        for label, questions in sources:
            labels.append(Label(label.id, label.outcome, label.group + 100 * copy if label.group >= 0 else -1))
            for question in questions[:EXAMPLES_EACH]:
                sentence = [w if reader.lexicon.is_empty([w]) else w + ending for w in reader.read(question)]
                examples.append(Example(sentence, len(labels) - 1))
    return Compiled(knowledge, {"en": train_large(examples, labels, reader.lexicon)})


def cold_start(runs: int = 5) -> float:
    command = [sys.executable, "-m", "bot", "ask", "how many died?"]
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=SHIPPED.parent)  # our own command
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def memory() -> float:
    """Resident megabytes of a process that holds the whole bot, Telegram side included, and has answered."""
    program = (
        "import bot.app, re; from pathlib import Path; from bot.compiled import open_knowledge; from bot.load import SHIPPED;"
        "m = open_knowledge(SHIPPED).matcher(); m.match('how many died?');"
        "print(re.search(r'VmRSS:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=SHIPPED.parent
    )  # our own program
    return int(done.stdout) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--larger", type=int, default=100, help="how many times larger the generated knowledge base is; 0 leaves it out"
    )
    arguments = parser.parse_args()
    console = Console(width=130, highlight=False)
    dev, test = (read_cases(SETS / name / "en.yaml") for name in ("dev", "test"))

    knowledge = load(SHIPPED)
    start = time.perf_counter()
    compile_knowledge(SHIPPED)
    build = time.perf_counter() - start
    compiled = open_knowledge(SHIPPED)
    methods = {
        "this bot": ours(Answerer(knowledge, compiled.matcher())),
        "rapidfuzz WRatio scan": scan(knowledge, fuzz.WRatio),
        "rapidfuzz token_set_ratio scan": scan(knowledge, fuzz.token_set_ratio),
    }
    results = [measure(name, method, dev, test) for name, method in methods.items()]
    table = Table(title="question → answer, English test set")
    table.add_column("method", no_wrap=True)
    for column in (
        "median ms",
        "p99 ms",
        "times our median",
        "right if forced",
        "answered right",
        "unanswerable refused",
    ):
        table.add_column(column, justify="right")
    for r in results:
        ratio = f"{r.median / results[0].median:.0f}"
        table.add_row(
            r.name, f"{r.median:.2f}", f"{r.p99:.2f}", ratio, f"{r.forced:.0%}", f"{r.right:.0%}", f"{r.refused:.0%}"
        )
    console.print(table)

    table = Table(title="the process")
    table.add_column("what")
    table.add_column("figure", justify="right")
    table.add_row("load, check and train, all languages", f"{build:.1f} s")
    table.add_row("cold start of `ask`, index kept", f"{cold_start():.2f} s")
    table.add_row("memory of the whole bot", f"{memory():.0f} MB")
    if arguments.larger:
        start = time.perf_counter()
        large = generated(knowledge, arguments.larger)
        labels = len(large.indexes["en"].labels.items)
        table.add_row(f"train a generated knowledge base of {labels} labels", f"{time.perf_counter() - start:.0f} s")
        matcher = Matcher(large.indexes, readers(knowledge))
        times = []
        for case in test:
            start = time.perf_counter()
            matcher.match(case.q, "en")
            times.append((time.perf_counter() - start) * 1000)
        table.add_row("its question → answer, median", f"{statistics.median(times):.2f} ms")
        table.add_row("its question → answer, p99", f"{np.percentile(times, 99):.2f} ms")
    console.print(table)


if __name__ == "__main__":
    main()
