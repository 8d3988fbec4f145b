"""Whether well-kept libraries do better than our own tables: each in their place, on the dev sets: `./task libraries`.

What is trained with a library is asked with it too. Takes the time of about five trainings.
"""

import re
import unicodedata
from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import cyrtranslit
import snowballstemmer
from anyascii import anyascii
from confusable_homoglyphs import categories, confusables
from rich.console import Console
from rich.table import Table

from bot import normalise
from bot.answering import Answerer
from bot.compiled import readers
from bot.evaluate import Case, Report, read_sets, score
from bot.index import Index
from bot.load import load
from bot.matching import Matcher
from bot.model import LANGUAGES, Knowledge, Language
from bot.settings import SHIPPED
from bot.training import Example, labels_of, train

SETS = Path(__file__).parent / "questions"

STEMMERS: dict[Language, str] = {"en": "english", "az": "turkish", "ru": "russian", "tr": "turkish"}
"""Snowball has none for Azerbaijani; Turkish is its nearest."""

ALPHABETS = {"LATIN": {*"abcdefghijklmnopqrstuvwxyz"}, "CYRILLIC": {*"абвгдеёжзийклмнопрстуфхцчшщъыьэюя"}}

LOOK_ALIKES = str.maketrans("aceopxy", "асеорху")
"""Latin letters and the Cyrillic ones that look the same."""

_WORD = re.compile(r"[^\W\d_]+")
_fold = normalise.fold


def stems() -> AbstractContextManager[object]:
    """Each word is its Snowball stem, taken before its letters are folded, since stemmers know real ones only."""
    stemmers = {language: snowballstemmer.stemmer(name) for language, name in STEMMERS.items()}

    def fold(text: str, language: Language = "en") -> str:
        return _fold(_WORD.sub(lambda word: stemmers[language].stemWord(word[0]), text.casefold()), language)

    return patch.object(normalise, "fold", fold)


def any_ascii() -> AbstractContextManager[object]:
    """Every letter that is not ASCII as `anyascii` writes it."""
    return patch.object(normalise, "_plain", lambda text, _: anyascii(unicodedata.normalize("NFKC", text)).casefold())


def cyr_translit() -> AbstractContextManager[object]:
    """Cyrillic as `cyrtranslit` writes it by its Russian rules, as it has no Azerbaijani ones; the rest as it is."""
    own = normalise._plain  # noqa: SLF001  # what is measured is what takes its place
    return patch.object(
        normalise, "_plain", lambda text, letters: own(cyrtranslit.to_latin(text, "ru").casefold(), letters)
    )


def homoglyphs() -> AbstractContextManager[object]:
    """A word of two alphabets in one, where all letters of the other have look-alikes in that."""

    def unmixed(word: re.Match[str]) -> str:
        scripts = [categories.alias(letter) for letter in word[0]]
        for main in sorted(ALPHABETS, key=scripts.count, reverse=True) if {*scripts} == {*ALPHABETS} else ():
            letters = [c if s == main else alike(c, main) for c, s in zip(word[0], scripts, strict=True)]
            if all(letters):
                return "".join(letters)
        return word[0]

    def alike(letter: str, script: str) -> str:
        """The look-alike of `letter` in `script`, or nothing."""
        (found,) = confusables.is_confusable(letter) or [{"homoglyphs": []}]
        return next((h["c"] for h in found["homoglyphs"] if h["c"] in ALPHABETS[script]), "")

    def fold(text: str, language: Language = "en") -> str:
        return _fold(_WORD.sub(unmixed, text.casefold()), language)

    return patch.object(normalise, "fold", fold)


VARIANTS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "as it is": nullcontext,
    "snowballstemmer": stems,
    "anyascii": any_ascii,
    "cyrtranslit": cyr_translit,
    "confusable-homoglyphs": homoglyphs,
}


class Bench:
    """Scores variants on the dev sets; languages that a variant reads no differently are not trained again."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._trained: dict[Hashable, Index] = {}

    def scored(self, sets: dict[Language, Sequence[Case]]) -> list[Report]:
        """How the bot as it is patched now does on `sets`."""
        reading = readers(self._knowledge)
        matcher = Matcher({language: self._index(language) for language in reading}, reading)
        answerer = Answerer(self._knowledge, matcher)
        return [score(answerer, "dev", language, cases) for language, cases in sets.items()]

    def _index(self, language: Language) -> Index:
        reader = readers(self._knowledge)[language]
        labels = labels_of(self._knowledge)
        questions = self._knowledge.questions[language]
        read = [Example(tuple(reader.read(q)), i) for i, label in enumerate(labels) for q in questions[label.id]]
        vocabulary = frozenset(reader.lexicon.vocabulary)
        concepts = [frozenset(reader.lexicon.concepts(example.sentence)) for example in read]
        key = (language, vocabulary, *((e.sentence, of_one) for e, of_one in zip(read, concepts, strict=True)))
        if key not in self._trained:
            self._trained[key] = train(read, labels, reader.lexicon).index
        return self._trained[key]


def disguised(cases: Sequence[Case]) -> list[Case]:
    """The same questions with the first look-alike of each word in the other alphabet."""

    def disguise(word: re.Match[str]) -> str:
        there = str.maketrans({v: chr(k) for k, v in LOOK_ALIKES.items()} | {chr(k): v for k, v in LOOK_ALIKES.items()})
        changed = next((i for i, c in enumerate(word[0]) if c != c.translate(there)), None)
        if changed is None or len(word[0]) < 3:
            return word[0]
        return word[0][:changed] + word[0][changed].translate(there) + word[0][changed + 1 :]

    return [replace(case, q=_WORD.sub(disguise, case.q)) for case in cases]


def main() -> None:
    console = Console(width=110, highlight=False)
    bench = Bench(load(SHIPPED))
    dev = {language: read_sets(SETS)["dev", language] for language in LANGUAGES}
    everything = {"dev sets": dev, "dev sets with look-alikes": {k: disguised(cases) for k, cases in dev.items()}}
    tables, before = {}, {}
    for title in everything:
        tables[title] = Table(title=title, title_justify="left")
        for column in ("library", "language"):
            tables[title].add_column(column, no_wrap=True)
        for column in ("right", "wrong passage", "unanswerable answered", "reply's language", "won", "lost"):
            tables[title].add_column(column, justify="right")
    for name, variant in VARIANTS.items():
        with variant():
            normalise._words.cache_clear()  # noqa: SLF001  # of the variant before
            for title, sets in everything.items():
                for report in bench.scored(sets):
                    before.setdefault((title, report.language), report)
                    tables[title].add_row(name, report.language, *_cells(report, before[title, report.language]))
    for table in tables.values():
        console.print(table)


def _cells(report: Report, before: Report) -> list[str]:
    """Shares, and how many questions only this and only the bot as it is got right."""
    row = report.total
    missed, missed_before = ({case.q for case, _ in r.misses} for r in (report, before))
    return [
        f"{row.right / row.answerable:.1%}",
        f"{row.wrong / row.answerable:.1%}",
        f"{row.answered / row.unanswerable:.1%}",
        f"{row.language / (row.answerable + row.unanswerable):.1%}",
        str(len(missed_before - missed)),
        str(len(missed - missed_before)),
    ]


if __name__ == "__main__":
    main()
