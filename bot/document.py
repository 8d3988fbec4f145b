"""One file of a knowledge base, as values that remember their lines."""

from dataclasses import dataclass
from typing import Any

from bot.errors import Problem

Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """A file: its path inside the knowledge folder, its values, and the line of every key."""

    name: str
    value: dict[str, Any]
    lines: dict[Key, int]

    def problem(self, place: Key, fault: str, remedy: str) -> Problem:
        """A problem at `place`, on the line of the nearest enclosing key that the file has."""
        known = place
        while known and known not in self.lines:
            known = known[:-1]
        return Problem(self.name, self.lines.get(known, 1), ".".join(map(str, place)), fault, remedy)
