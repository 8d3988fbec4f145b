"""Speed and memory, and speed and accuracy beside plain methods over the same examples, in one run: `./task bench`."""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from larger import larger
from rich.console import Console
from rich.table import Table

from bot.answering import Answerer
from bot.compiled import compile_knowledge, open_knowledge
from bot.evaluate import read_sets
from bot.load import load
from bot.model import LANGUAGES
from bot.reporting import compare, comparison_table
from bot.settings import SHIPPED

SETS = Path(__file__).parent / "questions"


def timed(action: Callable[..., object], *values: object) -> float:
    """Milliseconds that `action` takes."""
    start = time.perf_counter()
    action(*values)
    return (time.perf_counter() - start) * 1000


def _spread(times: Sequence[float]) -> tuple[str, str, str]:
    return str(len(times)), f"{statistics.median(times):.2f}", f"{np.percentile(times, 99):.2f}"


def cold_start(runs: int = 5) -> float:
    command = [sys.executable, "-m", "bot", "ask", "how many died?"]
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=SHIPPED.parent)  # our own command
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def memory(questions: Sequence[str]) -> list[float]:
    """Resident megabytes of a process that holds the whole bot, Telegram side included, when it has answered the first
    of `questions` and when it has answered all."""
    program = (
        "import bot.app, re, sys; from pathlib import Path; from bot.compiled import open_knowledge;"
        "from bot.settings import SHIPPED; m = open_knowledge(SHIPPED).matcher();"
        "tell = lambda: print(re.search(r'VmRSS:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]);"
        "[(m.match(question), i or tell()) for i, question in enumerate(sys.stdin)]; tell()"
    )
    command = [sys.executable, "-c", program]
    asked = "\n".join(question.replace("\n", " ") for question in questions)
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=SHIPPED.parent, input=asked)
    return [int(kilobytes) / 1024 for kilobytes in done.stdout.split()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--larger", type=int, default=100, help="how many times larger the generated knowledge base is; 0 leaves it out"
    )
    arguments = parser.parse_args()
    console = Console(width=130, highlight=False)
    knowledge = load(SHIPPED)
    answerer = Answerer(knowledge, open_knowledge(SHIPPED).matcher())

    sets = read_sets(SETS)
    table = Table(title="question → answer of this bot, the test sets, without being told the language")
    for column in ("language", "questions", "median ms", "p99 ms"):
        table.add_column(column, justify="right")
    all_times: list[float] = []
    for language in LANGUAGES:
        times = [timed(answerer.answer, case.q) for case in sets["test", language]]
        all_times += times
        table.add_row(language, *_spread(times))
    table.add_row("all", *_spread(all_times), style="bold")
    asked = [case.q for language in LANGUAGES for case in sets["test", language]]
    for _ in range(2):
        all_times = [timed(answerer.answer, question) for question in asked]
    table.add_row("all, for the third time", *_spread(all_times), style="bold")
    console.print(table)
    console.print(comparison_table("en", compare(answerer, knowledge, "en", sets["dev", "en"], sets["test", "en"])))

    start = time.perf_counter()
    compile_knowledge(SHIPPED)
    build = time.perf_counter() - start
    table = Table(title="the process")
    table.add_column("what")
    table.add_column("figure", justify="right")
    table.add_row("load, check and train, all languages", f"{build:.1f} s")
    table.add_row("cold start of `ask`, index kept", f"{cold_start():.2f} s")
    first, last = memory(asked)
    table.add_row("memory of the whole bot after the first question", f"{first:.0f} MB")
    table.add_row(f"the same after {len(asked)} questions, the index's mapped pages included", f"{last:.0f} MB")
    if arguments.larger:
        start = time.perf_counter()
        large = larger(knowledge, arguments.larger)
        labels = len(large.indexes["en"].labels.items)
        table.add_row(f"train a generated knowledge base of {labels} labels", f"{time.perf_counter() - start:.0f} s")
        matcher = large.matcher()
        _, *spread = _spread([timed(matcher.match, case.q, "en") for case in sets["test", "en"]])
        table.add_row("its question → answer: median, p99", " ms, ".join(spread) + " ms")
    console.print(table)


if __name__ == "__main__":
    main()
