"""Opens a knowledge base ready to answer: loaded, checked and trained, or as an earlier start has kept it.

Checking and training take minutes, opening what was kept a fraction of a second. It is kept beside the knowledge, in
a folder named by a hash of everything it depends on, so that a changed file is never answered from an old index; its
arrays are mapped into memory, not read, so that only what questions touch takes memory. Where the folder cannot be
written to, everything works and only the start is slower. Of several processes that start at once one makes it, and
the others wait for that.
"""

import fcntl
import hashlib
import logging
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import babel
import msgspec
import numpy as np

from bot.answering import Answerer
from bot.certainty import Certainty
from bot.index import Index, Labels, LeftOut
from bot.lexicon import Lexicon
from bot.matching import Matcher
from bot.model import Knowledge, Language, Words
from bot.normalise import words
from bot.reading import Reader
from bot.tally import Tally
from bot.usage import Usage
from bot.vectors import Vectors
from bot.weights import Weights

_LOG = logging.getLogger(__name__)
_FOLDER, _VALUES = ".index", "values.json"
_CODE = (
    "model",
    "normalise",
    "lexicon",
    "localised",
    "reading",
    "features",
    "places",
    "vectors",
    "weights",
    "tally",
    "usage",
    "certainty",
    "index",
    "ridge",
    "training",
    "vocabulary",
    "check",
    "document",
    "parse",
    "load",
    "compiled",
)
"""The modules that what is kept depends on."""
_ARRAYS = ("bias", "seldom")
_PARTS = {"vectors": Vectors, "weights": Weights, "tally": Tally, "usage": Usage, "certainty": Certainty}
"""The parts of an index that are arrays, or consist of them."""
Array = np.ndarray[tuple[int, ...], np.dtype[np.generic]]


@dataclass(frozen=True)
class _Kept:
    """What is kept as JSON: the knowledge base without the questions, which the index has learned, and with its words
    folded, which is most of the work of making a lexicon of them; and of each index what is no array."""

    knowledge: Knowledge
    labels: dict[Language, Labels]
    words: Mapping[Language, Mapping[str, int]]


@dataclass(frozen=True)
class Compiled:
    """A knowledge base and the matcher over it."""

    knowledge: Knowledge
    indexes: dict[Language, Index]
    left_out: dict[Language, LeftOut]
    """How the examples of each language find each other."""
    readers: dict[Language, Reader]

    def matcher(self) -> Matcher:
        """A matcher over all languages of the knowledge base."""
        return Matcher(self.indexes, self.readers)

    def answerer(self) -> Answerer:
        """What answers from the knowledge base, without the questions and words in it: what these teach is in the
        indexes and readers, and they take memory."""
        return Answerer(replace(self.knowledge, questions={}, words={}), self.matcher())


def open_knowledge(folder: Path) -> Compiled:
    """The knowledge base in `folder`. Raises KnowledgeError with every problem if it is broken."""
    kept = folder / _FOLDER / _digest(folder)
    with _alone(folder):
        return _found(kept) or _made(folder, kept)


def compile_knowledge(folder: Path) -> Compiled:
    """The same from its files, without looking for what was kept."""
    from bot.load import load  # only here: a start from what was kept needs neither YAML nor training
    from bot.training import train_languages

    knowledge = load(folder)
    _LOG.warning("Learning from the questions in %s; this takes about two minutes", folder)
    reading = readers(knowledge)
    trained = train_languages(knowledge, reading)
    return Compiled(
        knowledge,
        {language: index for language, (index, _) in trained.items()},
        {language: left_out for language, (_, left_out) in trained.items()},
        reading,
    )


def _found(kept: Path) -> Compiled | None:
    """What an earlier start has kept, if it can be read."""
    if not kept.is_dir():
        return None
    try:
        return _thaw(kept)
    except (OSError, ValueError, KeyError, EOFError, msgspec.DecodeError) as error:
        _LOG.warning("%s cannot be read (%s) and is made anew", kept, type(error).__name__)
    return None


def _made(folder: Path, kept: Path) -> Compiled:
    """The knowledge base in `folder`, `kept` for the next start."""
    compiled = compile_knowledge(folder)
    try:
        _keep(kept, *_freeze(compiled))
    except OSError as error:
        _LOG.info("%s is not kept (%s); the next start takes as long as this one", kept, error)
    return compiled


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While this goes on, in no other process does it; the lock ends with its process, however that ends."""
    lock = None
    try:
        with suppress(OSError):  # no such folder, which is said elsewhere; a file system without locks
            lock = os.open(folder, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        if lock is not None:
            os.close(lock)


def readers(knowledge: Knowledge, *, folded: bool = False) -> dict[Language, Reader]:
    """What reads each language of `knowledge`; `folded`: whether its words are folded, as they are when kept."""
    asked = {concept for intent in knowledge.intents.values() for concept in intent.question_words}
    return {
        language: Reader(language, Lexicon(words, language, asked, folded=folded), knowledge.statement.numbers)
        for language, words in knowledge.words.items()
    }


def _digest(folder: Path) -> str:
    """A hash of all that the compiled form depends on: the knowledge's files and the program that read them."""
    found = (f"{place}/{name}" for place, _, names in os.walk(folder) for name in names)
    files = sorted(path for path in found if path.endswith((".yaml", ".txt")))
    code = [str(Path(__file__).with_name(f"{module}.py")) for module in _CODE]
    digest = hashlib.sha256(f"{np.__version__} {babel.__version__}".encode())
    for base, paths in ((folder, files), (Path(__file__).parent, code)):
        for path in paths:  # a thousand, on each start: with pathlib it takes three times as long
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123
                content = file.read()
            digest.update(f"{path.removeprefix(str(base))}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:32]


def _freeze(compiled: Compiled) -> tuple[_Kept, dict[str, Array]]:
    """What is kept: values for JSON, and arrays by name."""
    arrays: dict[str, Array] = {}
    knowledge = replace(
        compiled.knowledge,
        questions={},
        words={language: _folded(told, language) for language, told in compiled.knowledge.words.items()},
    )
    for language, index in compiled.indexes.items():
        arrays |= {f"{language}.{name}": getattr(index, name) for name in _ARRAYS}
        parts = {part: getattr(index, part) for part in _PARTS} | {"left-out": compiled.left_out[language]}
        for part, value in parts.items():
            arrays |= {f"{language}.{part}.{field.name}": getattr(value, field.name) for field in fields(value)}
    labels = {language: index.labels for language, index in compiled.indexes.items()}
    words = {language: index.words for language, index in compiled.indexes.items()}
    return _Kept(knowledge, labels, words), arrays


def _folded(told: Words, language: Language) -> Words:
    """`told` with its phrases folded."""

    def fold(phrases: Iterable[str]) -> tuple[str, ...]:
        return tuple(" ".join(words(phrase, language)) + "*" * phrase.endswith("*") for phrase in phrases)

    def folded(value: Any) -> Any:
        return {name: fold(phrases) for name, phrases in value.items()} if isinstance(value, dict) else fold(value)

    return Words(**{field.name: folded(getattr(told, field.name)) for field in fields(told)})


def _thaw(folder: Path) -> Compiled:
    kept = msgspec.json.decode((folder / _VALUES).read_bytes(), type=_Kept)

    def array(name: str) -> Any:
        return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))

    def arrays(part: str, kind: type[Any]) -> Any:
        return kind(**{field.name: array(f"{part}.{field.name}") for field in fields(kind)})

    indexes = {
        language: Index(
            labels=labels,
            words=Counter(kept.words[language]),
            **{name: array(f"{language}.{name}") for name in _ARRAYS},
            **{part: arrays(f"{language}.{part}", kind) for part, kind in _PARTS.items()},
        )
        for language, labels in kept.labels.items()
    }
    left_out = {language: arrays(f"{language}.left-out", LeftOut) for language in indexes}
    return Compiled(kept.knowledge, indexes, left_out, readers(kept.knowledge, folded=True))


def _keep(folder: Path, values: _Kept, arrays: dict[str, Array]) -> None:
    """Write all that is kept to `folder` at once or not at all, in place of what was kept there or beside it before,
    or was left there by a process that was killed."""
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        written = Path(made) / "index"
        written.mkdir()
        (written / _VALUES).write_bytes(msgspec.json.encode(values))
        for name, array in arrays.items():
            np.save(written / f"{name}.npy", array, allow_pickle=False)
        for old in set(folder.parent.iterdir()) - {Path(made)}:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        written.replace(folder)
