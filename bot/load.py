"""Reads a knowledge folder: strict YAML and lists of questions, both with their lines, handed to `parse`.

YAML is refused where it would surprise its author: a repeated key (the last one would silently win) and an unquoted
value that YAML does not read as text (`no` is false, `12:30` is 750, `2024-01-20` is a date object).
"""

import re
from pathlib import Path
from typing import Any

import yaml

from bot.document import Document, Key
from bot.errors import KnowledgeError, Problem
from bot.model import Knowledge
from bot.parse import parse

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STRING, _INTEGER = "tag:yaml.org,2002:str", "tag:yaml.org,2002:int"
_PLAIN_INTEGER = re.compile(r"0|[1-9]\d*")


def load(folder: Path) -> Knowledge:
    """Read and check the knowledge base in `folder`. Raises KnowledgeError with every problem found."""
    if not (folder / "statement.yaml").is_file():
        fault, remedy = "no statement.yaml in this folder", "name the folder of a knowledge base"
        raise KnowledgeError([Problem(str(folder), 0, "", fault, remedy)])
    problems: list[Problem] = []
    source = folder / "statement.txt"
    documents = [
        read(path.read_bytes(), path.relative_to(folder).as_posix(), problems)
        for ending, read in (("yaml", read_yaml), ("txt", read_questions))
        for path in sorted(folder.rglob(f"*.{ending}"))
        if path != source
    ]
    return parse(documents, source.read_bytes() if source.is_file() else b"", str(folder), problems)


def read_yaml(content: bytes, name: str, problems: list[Problem]) -> Document:
    """One YAML mapping as plain values with the line of each key; what is wrong with it goes to `problems`."""
    reading = _Reading(Document(name, {}, {}), problems)
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(content.decode(), Loader=_LOADER)):
            problems.append(Problem(name, 1, "", "an alias (*name) is used", "write the value out"))
            return reading.document
        root = yaml.compose(content.decode(), Loader=_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        fault = getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark else 1
        problems.append(Problem(name, line, "", f"not readable as YAML: {fault}", "mend the line"))
        return reading.document
    if isinstance(root, yaml.MappingNode):
        reading.document.value.update(reading.mapping(root, ()))
    else:
        problems.append(Problem(name, 1, "", "not a mapping", "write `key: value` lines, see knowledge/README.md"))
    return reading.document


def read_questions(content: bytes, name: str, problems: list[Problem]) -> Document:
    """A list of questions, one a line; empty lines and those that begin with # are left out."""
    document = Document(name, {"questions": []}, {})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.append(
            Problem(
                name,
                content.count(b"\n", 0, error.start) + 1,
                "",
                "not readable as UTF-8",
                "save the file in that encoding",
            )
        )
        text = content.decode("utf-8-sig", "replace")
    for number, question in enumerate(map(str.strip, text.split("\n")), 1):
        if question and not question.startswith("#"):
            document.lines["questions", len(document.value["questions"])] = number
            document.value["questions"].append(question)
    return document


class _Reading:
    """Turns YAML nodes into values, noting lines and faults on the way."""

    def __init__(self, document: Document, problems: list[Problem]) -> None:
        self.document = document
        self._problems = problems

    def value(self, node: yaml.Node, place: Key) -> Any:
        self.document.lines[place] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, i)) for i, item in enumerate(node.value)]
        if node.tag == _INTEGER and _PLAIN_INTEGER.fullmatch(node.value):
            return int(node.value)
        self._refuse_surprise(node, place)
        return node.value

    def mapping(self, node: yaml.MappingNode, place: Key) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, item in node.value:
            key = str(key_node.value)
            self._refuse_surprise(key_node, (*place, key))
            if key in found:
                self._report(key_node, (*place, key), "this key is here twice", "keep one of the two")
            found[key] = self.value(item, (*place, key))
            self.document.lines[(*place, key)] = key_node.start_mark.line + 1
        return found

    def _refuse_surprise(self, node: yaml.Node, place: Key) -> None:
        if node.tag != _STRING:
            self._report(node, place, f"{node.value} unquoted is not read as text", f'write "{node.value}"')

    def _report(self, node: yaml.Node, place: Key, fault: str, remedy: str) -> None:
        shown = ".".join(map(str, place))
        self._problems.append(Problem(self.document.name, node.start_mark.line + 1, shown, fault, remedy))
