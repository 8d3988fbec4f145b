"""What a group has room for: Telegram allows a bot 20 messages a minute there.

No answer is dropped: those that must wait are sent together in one message as soon as there is room. Times are seconds.
"""

from dataclasses import dataclass, field

from bot.answering import Answer
from bot.manners import MINUTE, LastMinute
from bot.model import Language

GROUP_PER_MINUTE = 20
"""Messages sent and messages edited: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this,
https://github.com/tdlib/td/issues/2592"""

KEPT_FREE = 3
"""How many of these are left for what cannot wait: notices, settings, the answers sent together."""


@dataclass(frozen=True)
class Place:
    """Where a message goes: a chat, and one of its topics if it has any; where it has none, a `thread`, which a reply
    to one of its messages is in without naming it."""

    chat: int
    topic: int | None = None
    thread: int | None = None

    @property
    def is_group(self) -> bool:
        """Whether it is in a group; Telegram counts those below 0."""
        return self.chat < 0


@dataclass(frozen=True)
class Due:
    """It is time to send what waits at a place; the first answer belongs to the message `about`, in `language`."""

    place: Place
    about: int
    language: Language


@dataclass
class Waiting:
    """What waits at one place: the message, and the part of it, that the first answer belongs to; the answers, by the
    messages that ask."""

    about: int
    quote: str | None = None
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
    """Holds what must wait, for each group in the order of its places."""

    def __init__(self) -> None:
        self._groups: dict[int, dict[Place, Waiting]] = {}

    def wait(self, place: Place, asking: int, answer: Answer, waiting: Waiting) -> bool:
        """Hold `answer` to the message `asking` with what waits at `place`, else with `waiting`. True where somebody
        must now look for what is `next` in the group, as nobody does."""
        unattended = place.chat not in self._groups
        self._groups.setdefault(place.chat, {}).setdefault(place, waiting).answers[asking] = answer
        return unattended

    def change(self, place: Place, asking: int, answer: Answer) -> bool:
        """Hold `answer` instead of an earlier one to the message `asking`; False where none waits."""
        waiting = self._groups.get(place.chat, {}).get(place)
        if waiting is None or asking not in waiting.answers:
            return False
        waiting.answers[asking] = answer
        return True

    def next(self, group: int) -> Due | None:
        """What has waited longest in `group`; None, and nobody looks any more, where nothing does."""
        for place, waiting in self._groups[group].items():
            return Due(place, waiting.about, next(iter(waiting.answers.values())).language)
        del self._groups[group]
        return None

    def taken(self, place: Place, *, with_all: bool = False) -> Waiting | None:
        """What waits at `place`, `with_all` that waits in its group; it no longer does."""
        places = self._groups.get(place.chat, {})
        waiting = places.pop(place, None)
        while waiting is not None and with_all and places:
            _, other = places.popitem()
            waiting.answers |= other.answers
        return waiting

    def is_waited_in(self, group: int) -> bool:
        """Whether answers wait in `group`: later ones must not overtake them."""
        return bool(self._groups.get(group))
