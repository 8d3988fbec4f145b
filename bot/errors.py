"""What the bot reports to its operator in plain words, without a traceback."""

from dataclasses import dataclass


class BotError(Exception):
    """Anything an operator can mend; its text names the place, the fault and the next step."""


class ConfigError(BotError):
    """Wrong use of the command, or a setting that cannot work."""


@dataclass(frozen=True, order=True)
class Problem:
    """One fault of a knowledge base: `place` is the key inside `file`, `line` counts from 1."""

    file: str
    line: int
    place: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.place or 'the file'}: {self.fault}: {self.remedy}"


class KnowledgeError(BotError):
    """A knowledge base that must not start a bot; `problems` holds every fault found, in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))
