"""What a group has room for: Telegram allows a bot 20 messages a minute there.

No answer is dropped: those that must wait are sent together in one message as soon as there is room. Times are seconds.
"""

from dataclasses import dataclass, field

from bot.answering import Answer
from bot.manners import MINUTE, LastMinute

GROUP_PER_MINUTE = 20
"""https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""

KEPT_FREE = 3
"""How many of these are left for what cannot wait: buttons, settings, the answers sent together."""


@dataclass(frozen=True)
class Place:
    """Where a message goes: a chat, and one of its topics if it has any."""

    chat: int
    topic: int | None = None


@dataclass
class Waiting:
    """What waits at one place: the message that the first answer belongs to; the answers, by the messages that ask."""

    first: int
    answers: dict[int, Answer] = field(default_factory=dict)


class Room:
    """Counts what is sent to each group."""

    def __init__(self) -> None:
        self._sent = LastMinute()

    def sent(self, group: int, now: float) -> None:
        """Count a message to `group`."""
        self._sent.of(group, now).append(now)

    def seconds(self, group: int, now: float, kept_free: int = 0) -> float:
        """How long until `group` has room for a message, and for `kept_free` more; 0 if it has."""
        times = self._sent.of(group, now)
        over = len(times) - (GROUP_PER_MINUTE - kept_free)
        return max(0.0, times[over] + MINUTE - now) if over >= 0 else 0.0


class Outbox:
    """Holds what must wait."""

    def __init__(self) -> None:
        self._waiting: dict[Place, Waiting] = {}

    def wait(self, place: Place, asking: int, answer: Answer, about: int) -> bool:
        """Hold `answer` to the message `asking`; it belongs to the message `about`. True if it is the first to wait."""
        first = place not in self._waiting
        self._waiting.setdefault(place, Waiting(about)).answers[asking] = answer
        return first

    def change(self, place: Place, asking: int, answer: Answer) -> bool:
        """Hold `answer` instead of an earlier one to the message `asking`; False where none waits."""
        waiting = self._waiting.get(place)
        if waiting is None or asking not in waiting.answers:
            return False
        waiting.answers[asking] = answer
        return True

    def taken(self, place: Place) -> Waiting | None:
        """What waits at `place`; it no longer does."""
        return self._waiting.pop(place, None)

    def is_waited_at(self, place: Place) -> bool:
        """Whether answers wait at `place`: later ones must not overtake them."""
        return place in self._waiting
