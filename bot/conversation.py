"""What each writer asked last and was answered, so that the next question may lean on it.

Takes the time as a value and knows no Telegram. What was asked longer ago than `FORGOTTEN_AFTER` is dropped.
"""

from dataclasses import dataclass

from bot.answering import NOTHING_BEFORE, Before
from bot.following import Topic
from bot.model import Intent
from bot.outbox import Place
from bot.recent import Recent

FORGOTTEN_AFTER = 1800.0
"""Seconds after which a conversation is another one."""


@dataclass(frozen=True)
class _Last:
    """The last message of a writer that was answered, when that was (seconds), and what may go on from it."""

    asking: int
    when: float
    left: Before


class Conversations:
    """What goes on from what."""

    def __init__(self) -> None:
        self._last: Recent[tuple[Place, int], _Last] = Recent()
        """By place and writer."""
        self._gone_on: Recent[tuple[int, int], _Last] = Recent()
        """By chat and asking message: what that went on from, which stays so when it is edited."""

    def before(self, place: Place, writer: int, asking: int, replied: Intent | None, now: float) -> Before:
        """What the message `asking` of `writer` at `place` goes on from; `replied` is what the message of the bot that
        it replies to is about, if that is known."""
        self._forget(now)

        def found() -> _Last:
            last = self._last.get((place, writer))
            left = last.left if last and not _is_over(last, now) else NOTHING_BEFORE
            return _Last(asking, now, Before(left.language, Topic(intent=replied) if replied else left.topic))

        return self._gone_on.setdefault((place.chat, asking), found).left

    def note(self, place: Place, writer: int, asking: int, left: Before, now: float) -> None:
        """The message `asking` has been answered, or answered otherwise since it was edited; `left` is what the next
        may go on from."""
        last = self._last.get((place, writer))
        if last is None or last.asking <= asking:
            self._last.put((place, writer), _Last(asking, now, left))

    def note_pressed(self, place: Place, writer: int, left: Before, now: float) -> None:
        """A button has shown `writer` an answer that `left` something to go on from."""
        last = self._last.get((place, writer))
        self._last.put((place, writer), _Last(last.asking if last else 0, now, left))

    def _forget(self, now: float) -> None:
        for kept in (self._last, self._gone_on):
            kept.drop_oldest(lambda last: _is_over(last, now))


def _is_over(last: _Last, now: float) -> bool:
    return now - last.when >= FORGOTTEN_AFTER
