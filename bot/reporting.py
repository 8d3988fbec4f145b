"""What `statement-bot eval` prints."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from bot.answering import Answerer
from bot.comparison import Result, measure, methods
from bot.compiled import open_knowledge
from bot.errors import ConfigError
from bot.evaluate import Case, LeaveOneOut, Report, Row, leave_one_out, read_sets, score, taken_for
from bot.load import load
from bot.model import LANGUAGES, Knowledge, Language

AT_LEAST = ("right", "language", "passage")
"""Shares that must not be less than their floor; all others must not be more."""

WIDTH = 110
"""Columns of the tables, wherever they are printed."""


def evaluate(folder: Path, questions: Path, *, as_json: bool, misses: bool, beside: bool) -> bool:
    """Score the sets in `questions` with the knowledge in `folder`, print it, and tell whether all floors hold.

    `beside`: compare with plain methods as well, on the test sets, with thresholds set on the dev sets.
    """
    compiled = open_knowledge(folder)
    answerer = compiled.answerer()
    sets = {key: cases for key, cases in read_sets(questions).items() if key[1] in compiled.knowledge.phrases}
    reports = [score(answerer, name, language, cases) for (name, language), cases in sets.items()]
    left_out = [
        leave_one_out(language, compiled.indexes[language].labels, found)
        for language, found in compiled.left_out.items()
    ]
    breaches = _breaches(reports, left_out, questions / "floor.yaml")
    knowledge = load(folder) if beside else compiled.knowledge
    compared: dict[Language, list[Result]] = {
        language: compare(answerer, knowledge, language, sets["dev", language], sets["test", language])
        for language in (LANGUAGES if beside else ())
        if {("dev", language), ("test", language)} <= sets.keys()
    }
    if as_json:
        record = _record(reports, left_out, compared, breaches, misses=misses)
        print(json.dumps(record, ensure_ascii=False, indent=1))
    else:
        _print(reports, left_out, compared, breaches, misses=misses)
    return not breaches


def compare(
    answerer: Answerer, knowledge: Knowledge, language: Language, dev: Sequence[Case], test: Sequence[Case]
) -> list[Result]:
    """The bot and plain methods on one language's test set."""
    return [measure(name, method, dev, test) for name, method in methods(answerer, knowledge, language).items()]


def comparison_table(language: Language, results: Sequence[Result]) -> Table:
    """What `compare` found."""
    table = Table(title=f"beside plain methods over the same examples, test set, {language}", title_justify="left")
    table.add_column("method", no_wrap=True)
    columns = (
        "right if forced",
        "right",
        "wrong passage",
        "unanswerable answered",
        "median ms",
        "p99 ms",
        "times ours",
    )
    for column in columns:
        table.add_column(column, justify="right")
    for r in results:
        shares = (f"{share:.1%}" for share in (r.forced, r.right, r.wrong, r.answered))
        table.add_row(r.name, *shares, f"{r.median:.2f}", f"{r.p99:.2f}", f"{r.median / results[0].median:.0f}")
    return table


def _breaches(reports: Sequence[Report], left_out: Sequence[LeaveOneOut], floor: Path) -> list[str]:
    """Where a share is worse than `floor` allows; the file gives least and most shares per set and language."""
    if not floor.is_file():
        return []
    limits = yaml.safe_load(floor.read_text(encoding="utf-8"))
    measured = {(report.set, report.language): _shares(report.total) for report in reports}
    measured |= {("leave_one_out", r.language): {"passage": r.passage, "answered": r.answered} for r in left_out}
    found = []
    for (name, language), shares in measured.items():
        for key, limit in limits.get(name, {}).get(language, {}).items():
            if key not in shares:
                raise ConfigError(f"{floor}: {name} {language}: {key} is not measured; mend its spelling")
            if shares[key] < limit if key in AT_LEAST else shares[key] > limit:
                found.append(f"{name} {language}: {key} is {shares[key]:.3f}, the floor is {limit}")
    return found


def _shares(row: Row) -> dict[str, float]:
    def share(part: int, whole: int) -> float:
        return part / whole if whole else 0.0

    return {
        "right": share(row.right, row.answerable),
        "wrong": share(row.wrong, row.answerable),
        "refused": share(row.refused, row.answerable),
        "answered": share(row.answered, row.unanswerable),
        "language": share(row.language, row.answerable + row.unanswerable),
    }


def _record(
    reports: Sequence[Report],
    left_out: Sequence[LeaveOneOut],
    compared: Mapping[Language, Sequence[Result]],
    breaches: Sequence[str],
    *,
    misses: bool,
) -> dict[str, object]:
    return {
        "sets": [
            {
                "set": report.set,
                "language": report.language,
                "total": asdict(report.total) | {"shares": _shares(report.total)},
                "styles": {style: asdict(row) | {"shares": _shares(row)} for style, row in report.styles.items()},
                "confusions": report.confusions,
                "misses": [
                    asdict(case) | {"outcome": answer.outcome, "score": answer.score, "taken_for": taken_for(answer)}
                    for case, answer in (report.misses if misses else ())
                ],
            }
            for report in reports
        ],
        "leave_one_out": [asdict(result) for result in left_out],
        "compared": {language: [asdict(result) for result in results] for language, results in compared.items()},
        "below_floor": list(breaches),
    }


def _print(
    reports: Sequence[Report],
    left_out: Sequence[LeaveOneOut],
    compared: Mapping[Language, Sequence[Result]],
    breaches: Sequence[str],
    *,
    misses: bool,
) -> None:
    console = Console(highlight=False, width=WIDTH)
    for report in reports:
        table = Table(title=f"{report.set} set, {report.language}", title_justify="left")
        table.add_column("style")
        for column in ("answerable", "right", "wrong passage", "refused", "unanswerable", "answered", "language"):
            table.add_column(column, justify="right")
        for style, row in (*sorted(report.styles.items()), ("all", report.total)):
            table.add_row(style, *_cells(row), style="bold" if style == "all" else "")
        console.print(table)
        console.print(f"most missed in {report.set}, {report.language}: {_pairs(report.confusions)}", soft_wrap=True)
        for case, answer in report.misses if misses else ():
            wanted = case.any or case.all or case.none
            asked = " / ".join((*case.after, case.q))
            got = f"{answer.outcome} {answer.score:.2f} {taken_for(answer)}"
            console.print(f"  {asked}\n    wanted {wanted}: {got}", soft_wrap=True)
    table = Table(title="leave one out: each example found by the others", title_justify="left")
    for column in ("language", "examples", "right label", "right passage shown", "answered though it should not"):
        table.add_column(column, justify="right")
    for result in left_out:
        shares = (f"{share:.1%}" for share in (result.label, result.passage, result.answered))
        table.add_row(result.language, str(result.examples), *shares)
    console.print(table)
    for result in left_out:
        console.print(f"most confused in {result.language}: {_pairs(result.confusions)}", soft_wrap=True)
    for language, results in compared.items():
        console.print(comparison_table(language, results))
    for breach in breaches:
        console.print(f"below the floor: {breach}", style="bold red")


def _pairs(confusions: Sequence[tuple[str, str, int]]) -> str:
    return ", ".join(f"{a} as {b} ({n})" for a, b, n in confusions)


def _cells(row: Row) -> list[str]:
    shares = _shares(row)
    return [
        str(row.answerable),
        *(f"{shares[key]:.1%}" if row.answerable else "" for key in ("right", "wrong", "refused")),
        str(row.unanswerable),
        f"{shares['answered']:.1%}" if row.unanswerable else "",
        f"{shares['language']:.1%}",
    ]
