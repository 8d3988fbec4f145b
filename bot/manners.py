"""What keeps the bot bearable in a group of thousands: what its administrators choose, and limits.

Takes the time as a value, knows no Telegram.
"""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum, auto

from bot.model import Language
from bot.recent import Recent

PERSON_PER_MINUTE, CHAT_PER_MINUTE = 6, 60
"""How many questions of one person, and of a whole group, are answered in a minute."""

NOTICE_EVERY = 600.0
"""Seconds until somebody who asks too much is told so again."""

MINUTE = 60.0

QUIET_HOURS = "22-08"
"""The quiet hours that administrators are offered: from, until, in Baku."""


@dataclass(frozen=True)
class Chosen:
    """What a chat has chosen; the defaults hold for one that has chosen nothing.

    `language` of the answers, else the question's; `full`: whether a group gets whole answers instead of compact
    ones; `quiet`: hours in which answers make no sound, as "22-08" (from, until; Baku time).
    """

    language: Language | None = None
    full: bool = False
    quiet: str | None = None

    def is_quiet(self, hour: int) -> bool:
        """Whether answers make no sound at `hour` (0 to 23, Baku time)."""
        if self.quiet is None:
            return False
        start, end = map(int, self.quiet.split("-"))
        return start <= hour < end if start < end else hour >= start or hour < end


NOTHING_CHOSEN = Chosen()


class Verdict(Enum):
    """What to do with a question."""

    ANSWER = auto()
    NOTICE = auto()
    """Tell the person, or where a whole group asks too much the group, this once, that it is."""
    SILENCE = auto()


class LastMinute:
    """When who did something within the last minute. Times are seconds."""

    def __init__(self) -> None:
        self._times: Recent[Hashable, deque[float]] = Recent()

    def of(self, key: Hashable, now: float) -> deque[float]:
        """The times of `key`, earliest first; what is appended counts for a minute."""
        times = self._times.setdefault(key, deque)
        while times and now - times[0] >= MINUTE:
            times.popleft()
        return times


class Limits:
    """Counts questions by person and chat."""

    def __init__(self) -> None:
        self._asked = LastMinute()
        self._told: Recent[Hashable, float] = Recent()

    def ask(self, chat: int, person: int, now: float, *, may_tell: bool = True) -> Verdict:
        """Whether a question of `person` in `chat` at `now` (seconds) is answered; it counts if it is.

        `may_tell`: whether there is room for a notice; without it the next question gets the notice.
        """
        counts = {
            (chat, person): (self._asked.of((chat, person), now), PERSON_PER_MINUTE),
            (chat,): (self._asked.of((chat,), now), CHAT_PER_MINUTE),
        }
        passed = [key for key, (times, most) in counts.items() if len(times) >= most]
        if not passed:
            for times, _ in counts.values():
                times.append(now)
            return Verdict.ANSWER
        told = self._told.get(passed[-1])
        if not may_tell or (told is not None and now - told < NOTICE_EVERY):
            return Verdict.SILENCE
        self._told.put(passed[-1], now)
        return Verdict.NOTICE
