"""Opens a knowledge base ready to answer: loaded, checked and trained, or as an earlier start has kept it.

Checking and training take seconds, opening what was kept a fraction of one. It is kept beside the knowledge, under a
hash of everything it depends on, so that a changed file is never answered from an old index. Where the folder cannot
be written to, everything works and only the start is slower.
"""

import hashlib
import io
import json
import logging
import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from bot.index import Certainty, Index, Labels, Vectors
from bot.lexicon import Lexicon
from bot.matching import Matcher
from bot.model import Knowledge, Language, Words
from bot.normalise import words
from bot.reading import Reader

_LOG = logging.getLogger(__name__)
_FOLDER = ".index"
_CODE = (
    "model",
    "normalise",
    "lexicon",
    "reading",
    "features",
    "index",
    "training",
    "check",
    "parse",
    "load",
    "compiled",
)
"""The modules that what is kept depends on."""
_LABELS: TypeAdapter[Labels] = TypeAdapter(Labels)
_KNOWLEDGE: TypeAdapter[Knowledge] = TypeAdapter(Knowledge)


@dataclass(frozen=True)
class Compiled:
    """A knowledge base and the matcher over it."""

    knowledge: Knowledge
    indexes: dict[Language, Index]
    folded: bool = False
    """Whether the words of `knowledge` are folded."""

    def matcher(self) -> Matcher:
        """A matcher over all languages of the knowledge base."""
        return Matcher(self.indexes, readers(self.knowledge, folded=self.folded))


def open_knowledge(folder: Path) -> Compiled:
    """The knowledge base in `folder`. Raises KnowledgeError with every problem if it is broken."""
    kept = folder / _FOLDER / f"{_digest(folder)}.npz"
    if kept.is_file():
        try:
            return _thaw(kept)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            _LOG.warning("%s cannot be read (%s) and is made anew", kept, error)
    compiled = compile_knowledge(folder)
    _keep(kept, _freeze(compiled))
    return compiled


def compile_knowledge(folder: Path) -> Compiled:
    """The same from its files, without looking for what was kept."""
    from bot.load import load  # only here: a start from what was kept needs neither YAML nor training
    from bot.training import train_languages

    knowledge = load(folder)
    trained = train_languages(knowledge, readers(knowledge))
    return Compiled(knowledge, {language: result.index for language, result in trained.items()})


def readers(knowledge: Knowledge, *, folded: bool = False) -> dict[Language, Reader]:
    """What reads each language of `knowledge`; `folded`: whether its words are folded, as they are when kept."""
    numbers = set(re.findall(r"\d+", " ".join(knowledge.statement.paragraphs)))
    return {
        language: Reader(language, Lexicon(words, language, folded=folded), numbers)
        for language, words in knowledge.words.items()
    }


def _digest(folder: Path) -> str:
    """A hash of all that the compiled form depends on: the knowledge's files and the program that read them."""
    files = sorted(p for p in folder.rglob("*") if p.suffix in (".yaml", ".txt"))
    code = [Path(__file__).with_name(f"{module}.py") for module in _CODE]
    digest = hashlib.sha256(np.__version__.encode())
    for path in (*files, *code):
        digest.update(f"{path.relative_to(path.parents[1])}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def _freeze(compiled: Compiled) -> bytes:
    arrays: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]] = {}
    kept = replace(
        compiled.knowledge,
        intents={id_: _without_questions(intent) for id_, intent in compiled.knowledge.intents.items()},
        subjects={id_: _without_questions(subject) for id_, subject in compiled.knowledge.subjects.items()},
        talks={},
    )
    told = {language: _folded(words_, language) for language, words_ in compiled.knowledge.words.items()}
    texts = {
        "knowledge": _KNOWLEDGE.dump_json(replace(kept, words=told)).decode(),
        "languages": json.dumps([*compiled.indexes]),
    }
    for language, index in compiled.indexes.items():
        texts[f"{language}.labels"] = _LABELS.dump_json(index.labels).decode()
        texts[f"{language}.words"] = json.dumps(index.words)
        texts[f"{language}.numbers"] = json.dumps([index.answerable_bias, index.certainty.intercept])
        for name in ("columns", "values", "bias", "answerable"):
            arrays[f"{language}.{name}"] = getattr(index, name)
        arrays[f"{language}.ids"], arrays[f"{language}.rarity"] = index.vectors.ids, index.vectors.rarity
        for name in ("mean", "deviation", "slope"):
            arrays[f"{language}.{name}"] = getattr(index.certainty, name)
    for name, text in texts.items():
        arrays[name] = np.frombuffer(text.encode(), np.uint8)
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]  # numpy's stub takes its option for one of the arrays
    return file.getvalue()


def _without_questions(value: Any) -> Any:
    """An intent or a subject as it is needed for replies: what its examples teach is in the index."""
    texts = {language: replace(text, questions=()) for language, text in value.texts.items()}
    return replace(value, texts=texts)


def _folded(told: Words, language: Language) -> Words:
    """`told` with its phrases folded, which is most of the work of making a lexicon of them."""

    def fold(phrases: Iterable[str]) -> tuple[str, ...]:
        return tuple(" ".join(words(phrase, language)) + "*" * phrase.endswith("*") for phrase in phrases)

    return Words(
        concepts={concept: fold(phrases) for concept, phrases in told.concepts.items()},
        fillers=fold(told.fillers),
        joints=fold(told.joints),
        function_words=fold(told.function_words),
    )


def _thaw(path: Path) -> Compiled:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:

        def text(name: str) -> bytes:
            return bytes(arrays[name].tobytes())

        def index(language: Language) -> Index:
            answerable_bias, intercept = json.loads(text(f"{language}.numbers"))
            return Index(
                labels=_LABELS.validate_json(text(f"{language}.labels")),
                vectors=Vectors(arrays[f"{language}.ids"], arrays[f"{language}.rarity"]),
                **{name: arrays[f"{language}.{name}"] for name in ("columns", "values", "bias", "answerable")},
                answerable_bias=answerable_bias,
                certainty=Certainty(
                    arrays[f"{language}.mean"], arrays[f"{language}.deviation"], arrays[f"{language}.slope"], intercept
                ),
                words=Counter(json.loads(text(f"{language}.words"))),
            )

        knowledge = _KNOWLEDGE.validate_json(text("knowledge"))
        return Compiled(
            knowledge, {language: index(language) for language in json.loads(text("languages"))}, folded=True
        )


def _keep(path: Path, content: bytes) -> None:
    """Write `content` to `path` at once or not at all, in place of what was kept there before."""
    try:
        path.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(content)
        Path(file.name).chmod(0o644)  # as its neighbours: another user may run the bot than has made the index
        Path(file.name).replace(path)
        for old in set(path.parent.glob("*.npz")) - {path}:
            old.unlink(missing_ok=True)
    except OSError as error:
        _LOG.info("%s is not kept (%s); the next start takes as long as this one", path, error)
