"""The values of files → `Knowledge`: the shape of each file, against the values of `model`.

Every problem is collected instead of stopping at the first. What takes two files to know is checked in `check`.
"""

from pathlib import PurePosixPath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.check import cross_check
from bot.document import Document, Key
from bot.errors import KnowledgeError, Problem
from bot.localised import displayed
from bot.model import (
    LANGUAGES,
    SOURCE_LANGUAGE,
    Event,
    Fact,
    Intent,
    Knowledge,
    Language,
    Phrases,
    Statement,
    Subject,
    Translation,
    Words,
)

FOLDERS: dict[str, type[Any]] = {"intents": Intent, "not_covered": Subject}
"""Folders that hold one value per file, named after its id."""

_FILES = ("statement.yaml", "facts.yaml", "timeline.yaml")
_PLACES = {
    *((folder, ".yaml") for folder in (*FOLDERS, "phrases", "translations", "words")),
    *((f"questions/{language}", ".txt") for language in LANGUAGES),
}
"""Where other files may be, and their endings."""

_REMEDIES = {
    "missing": ("missing", "add it, as in the example of knowledge/README.md"),
    "unexpected_keyword_argument": ("unknown key", "remove it or mend its spelling"),
    "literal_error": ("not one of the known values", "mend its spelling"),
    "string_type": ("not a text", "put it in double quotes"),
}


def parse(documents: list[Document], source: bytes, folder: str, problems: list[Problem]) -> Knowledge:
    """The knowledge base in `documents` (its files) and `source` (statement.txt, byte for byte).

    `problems` holds what reading already found. Raises KnowledgeError with those and everything found here, each file
    named below `folder`.
    """
    parser = _Parser({d.name: d for d in documents}, problems)
    knowledge = parser.knowledge(source)
    if knowledge is not None:
        problems += cross_check(knowledge, source, parser.documents)
    if problems or knowledge is None:
        base = PurePosixPath(folder)
        raise KnowledgeError([Problem(str(base / p.file), p.line, p.place, p.fault, p.remedy) for p in problems])
    return knowledge


def split_paragraphs(text: str) -> tuple[str, ...]:
    """The statement's paragraphs as readers number them: 0 is the title and the date line together."""
    title, date, *paragraphs = [block.strip() for block in text.split("\n\n") if block.strip()] or ["", ""]
    return (f"{title}\n{date}", *paragraphs)


class _Parser:
    """Builds values from documents; what does not fit goes to `problems`, and its value is None or left out."""

    def __init__(self, documents: dict[str, Document], problems: list[Problem]) -> None:
        self.documents = documents
        self.problems = problems

    def knowledge(self, source: bytes) -> Knowledge | None:
        for name in sorted(set(_FILES) - self.documents.keys()):
            self.problems.append(Problem(name, 0, "", "no such file", "add it, see knowledge/README.md"))
        if any(name not in self.documents or not self.documents[name].value for name in _FILES):
            return None
        for name in self.documents.keys() - set(_FILES):
            path = PurePosixPath(name)
            if (str(path.parent), path.suffix) not in _PLACES:
                self.problems.append(Problem(name, 1, "", "a file that nothing reads", "move it or remove it"))
                del self.documents[name]
        statement = self._value(Statement, "statement.yaml", texts=self._texts(source))
        facts = self._list(Fact, "facts.yaml", "facts")
        timeline = self._list(Event, "timeline.yaml", "events")
        intents, subjects = (self._folder(folder, kind) for folder, kind in FOLDERS.items())
        if statement is None or not isinstance(self.documents["facts.yaml"].value.get("facts"), list):
            return None
        phrases = {language: self._spoken(Phrases, f"phrases/{language}.yaml") for language in statement.languages}
        words = {language: self._spoken(Words, f"words/{language}.yaml") for language in statement.languages}
        if None in (*phrases.values(), *words.values()):
            return None
        return Knowledge(
            statement=statement,
            facts={fact.id: displayed(fact) for fact in facts},
            timeline=tuple(timeline),
            intents=intents,
            subjects=subjects,
            questions={language: self._questions(language) for language in LANGUAGES},
            phrases=phrases,
            words=words,
        )

    def _texts(self, source: bytes) -> dict[str, tuple[str, ...]]:
        texts = {SOURCE_LANGUAGE: split_paragraphs(source.decode(errors="replace"))}
        for path in map(PurePosixPath, self.documents):
            if str(path.parent) == "translations" and (built := self._value(Translation, str(path))) is not None:
                texts[path.stem] = built.paragraphs
        return texts

    def _questions(self, language: Language) -> dict[str, tuple[str, ...]]:
        return {
            PurePosixPath(name).stem: tuple(document.value["questions"])
            for name, document in self.documents.items()
            if name.startswith(f"questions/{language}/")
        }

    def _spoken(self, kind: type[Any], name: str) -> Any:
        if name in self.documents:
            return self._value(kind, name)
        fault = "no such file, though statement.yaml declares its language complete"
        self.problems.append(Problem(name, 0, "", fault, "add it or take the language out"))
        return None

    def _folder(self, folder: str, kind: type[Any]) -> dict[str, Any]:
        found = {}
        for path in map(PurePosixPath, self.documents):
            if str(path.parent) != folder or (value := self._value(kind, str(path))) is None:
                continue
            if value.id != path.stem:
                remedy = f'write "{path.stem}" or rename the file'
                self.problems.append(self.documents[str(path)].problem(("id",), "not the file's name", remedy))
            found[path.stem] = value
        return found

    def _list(self, kind: type[Any], name: str, key: str) -> list[Any]:
        document = self.documents[name]
        items = document.value.get(key)
        if not isinstance(items, list) or len(document.value) > 1:
            self.problems.append(
                document.problem((), f"not one list named {key}", f"write `{key}:` and the list below")
            )
            return []
        built = [self._shape(kind, document, item, (key, i)) for i, item in enumerate(items)]
        return [value for value in built if value is not None]

    def _value(self, kind: type[Any], name: str, **more: Any) -> Any:
        document = self.documents[name]
        return self._shape(kind, document, document.value, (), **more)

    def _shape(self, kind: type[Any], document: Document, value: Any, place: Key, **more: Any) -> Any:
        if isinstance(value, dict) and kind in FOLDERS.values():
            more["texts"] = {key: item for key, item in value.items() if key in LANGUAGES}
            value = {key: item for key, item in value.items() if key not in LANGUAGES}
        try:
            return TypeAdapter(kind).validate_python({**value, **more} if isinstance(value, dict) else value)
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                where = (*place, *(key for key in fault["loc"] if key not in ("texts", "[key]")))
                what, remedy = _REMEDIES.get(fault["type"], (fault["msg"], "mend it, see knowledge/README.md"))
                self.problems.append(document.problem(where, what, remedy))
            return None
