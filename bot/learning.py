"""What was not understood, grouped for a person to judge; nothing changes by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answering import Answer
from bot.model import Outcome
from bot.normalise import words
from bot.storage import Unanswered

ALIKE = 0.5
"""Share of common words from which two questions are shown together."""


@dataclass(frozen=True)
class Group:
    """Questions alike, the first of them standing for all."""

    entries: tuple[Unanswered, ...]


def is_unanswered(answer: Answer) -> bool:
    """Whether words were not understood that could be an example of anything."""
    not_understood = answer.outcome in (Outcome.UNKNOWN, Outcome.SUGGEST)
    return not_understood and not answer.leans and bool(words(answer.question))


def entry(answer: Answer) -> Unanswered:
    """The question of `answer` as it is kept, with the intent that came nearest."""
    near = () if answer.outcome is Outcome.UNKNOWN else (*answer.parts, *answer.suggestions)
    return Unanswered(answer.language, answer.question, answer.outcome, next(iter(near), None))


def grouped(entries: Iterable[Unanswered]) -> list[Group]:
    """`entries` in groups of similar questions of one language and one nearest intent, the largest first."""
    groups: list[tuple[frozenset[str], list[Unanswered]]] = []
    for entry in entries:
        said = frozenset(words(entry.question, entry.language))
        for known, group in groups:
            same = group[0].language == entry.language and group[0].nearest == entry.nearest
            if same and _alike(said, known):
                group.append(entry)
                break
        else:
            groups.append((said, [entry]))
    return sorted((Group(tuple(group)) for _, group in groups), key=lambda group: -len(group.entries))


def listed(groups: Sequence[Group]) -> str:
    """The groups as lines to paste into a file of `questions/` once a person has judged where they belong."""
    lines = []
    for group in groups:
        first = group.entries[0]
        nearest = f"nearest: questions/{first.language}/{first.nearest}.txt" if first.nearest else "nothing near"
        lines.append(f"# {len(group.entries)} × {first.language}, {first.outcome}, {nearest}")
        lines += dict.fromkeys(_line(entry.question) for entry in group.entries)
    return "\n".join(lines)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= ALIKE * len(one | other)


def _line(question: str) -> str:
    """`question` as one line that is no comment."""
    return " ".join(question.split()).lstrip("# ")
