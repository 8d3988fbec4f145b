"""What a group has room for: Telegram allows a bot 20 messages a minute there.

No answer is dropped: those that must wait are sent together in one message as soon as there is room. Times are seconds.
"""

from dataclasses import dataclass, replace

from bot.answering import Answer
from bot.manners import MINUTE, LastMinute
from bot.model import Language
from bot.recent import Recent

GROUP_PER_MINUTE = 20
"""Messages sent and messages edited: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this,
https://github.com/tdlib/td/issues/2592"""

KEPT_FREE = 3
"""How many of these are left for what cannot wait: notices, settings, the answers sent together."""

KEPT_FREE_OF_BUTTONS = GROUP_PER_MINUTE // 2
"""How many are left by those who press buttons for those who ask: what all see, many press."""

AFTER_CLOSED = 3.0
"""Seconds in which those who have asked while a group was closed get into line."""

THREADS = 3
"""From how many threads on what waits is sent together: one is begun by every message that is replied to, so that they
could be as many as the answers."""


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


@dataclass(frozen=True)
class Waiting:
    """An answer that waits, and the message, and the part of it, that it belongs to."""

    answer: Answer
    about: int
    quote: str | None = None


class Room:
    """Counts what is sent to each group, and knows where Telegram has asked to wait."""

    def __init__(self) -> None:
        self._sent = LastMinute()
        self._closed: Recent[int, float] = Recent()
        """Until when."""

    def sent(self, group: int, now: float) -> None:
        """Count a message to `group`."""
        self._sent.of(group, now).append(now)

    def close(self, group: int, until: float) -> None:
        """Telegram takes nothing for `group` until then: what is asked meanwhile is answered together a little later,
        when it has taken what it refused."""
        self._closed.put(group, until + AFTER_CLOSED)

    def seconds(self, group: int, now: float, kept_free: int = 0) -> float:
        """How long until `group` has room for a message, and for `kept_free` more; 0 if it has."""
        times = self._sent.of(group, now)
        over = len(times) - (GROUP_PER_MINUTE - kept_free)
        full = times[over] + MINUTE if over >= 0 else now
        closed = self._closed.get(group) if kept_free else None
        return max(full, closed or now) - now


class Outbox:
    """Holds what must wait, by the messages that ask, for each group in the order of its places."""

    def __init__(self) -> None:
        self._groups: dict[int, dict[Place, dict[int, Waiting]]] = {}

    def wait(self, place: Place, asking: int, waiting: Waiting) -> bool:
        """Hold what waits at `place` for the message `asking`. True where somebody must now look for what is `next` in
        the group, as nobody does."""
        unattended = place.chat not in self._groups
        self._groups.setdefault(place.chat, {}).setdefault(place, {})[asking] = waiting
        return unattended

    def change(self, place: Place, asking: int, answer: Answer) -> bool:
        """Hold `answer` instead of an earlier one to the message `asking`; False where none waits."""
        held = self._groups.get(place.chat, {}).get(place, {})
        if asking not in held:
            return False
        held[asking] = replace(held[asking], answer=answer)
        return True

    def next(self, group: int) -> Due | None:
        """What has waited longest in `group`; None, and nobody looks any more, where nothing does."""
        for place, held in self._groups[group].items():
            first = next(iter(held.values()))
            return Due(place, first.about, first.answer.language)
        del self._groups[group]
        return None

    def taken(self, place: Place, *, with_all: bool = False) -> dict[int, Waiting]:
        """What waits at `place`; `with_all` that waits in its group, as a thread has what waits outside topics where
        too many threads do. It no longer waits."""
        places = self._groups.get(place.chat, {})
        taken = places.pop(place, {})
        outside_topics = [other for other in places if other.topic is None]
        crowded = place.topic is None and len(outside_topics) >= THREADS
        for other in [*places] if with_all else outside_topics if crowded else ():
            taken |= places.pop(other)
        return taken

    def is_waited_in(self, group: int) -> bool:
        """Whether answers wait in `group`: later ones must not overtake them."""
        return bool(self._groups.get(group))
