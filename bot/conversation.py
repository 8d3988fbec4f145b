"""What each writer asked last and was answered, so that the next question may lean on it.

Takes the time as a value and knows no Telegram. The words of a question are kept no longer than `FORGOTTEN_AFTER`, if
`forget` is called each `FORGET_EACH`.
"""

from dataclasses import dataclass, replace
from itertools import chain

from bot.answering import NOTHING_BEFORE, Before
from bot.model import Intent
from bot.outbox import Place
from bot.recent import Recent

FORGET_EACH = 60.0
"""Seconds between two looks for words to be forgotten."""

FORGOTTEN_AFTER = 1800.0
"""Seconds after which a conversation is another one."""


@dataclass(frozen=True)
class _Last:
    """The last message of a writer that was answered, when that was (seconds), what may go on from it, and when the
    words in that were asked."""

    asking: int
    when: float
    left: Before
    heard: float


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

        def found() -> _Last:
            last = self._last.get((place, writer))
            is_over = last is None or now - last.when >= FORGOTTEN_AFTER
            left, heard = (NOTHING_BEFORE, now) if last is None or is_over else (last.left, last.heard)
            return _Last(asking, now, Before.about(replied, left.language) if replied else left, heard)

        return self._gone_on.setdefault((place.chat, asking), found).left

    def note(self, place: Place, writer: int, asking: int, left: Before, now: float) -> None:
        """The message `asking` has been answered, or answered otherwise since it was edited; `left` is what the next
        may go on from."""
        last = self._last.get((place, writer))
        if last is None or last.asking <= asking:
            heard = last.heard if last and last.left.topic.asked is left.topic.asked else now
            self._last.put((place, writer), _Last(asking, now, left, heard))

    def note_pressed(self, place: Place, writer: int, left: Before, now: float) -> None:
        """A button has shown `writer` an answer that `left` something to go on from."""
        last = self._last.get((place, writer))
        self._last.put((place, writer), _Last(last.asking if last else 0, now, left, now))

    def forget(self, now: float) -> bool:
        """Forget the words that will be too old before this is called again; tells whether any are left."""

        def later(last: _Last) -> _Last:
            is_old = now - last.heard >= FORGOTTEN_AFTER - FORGET_EACH
            return replace(last, left=last.left.without_words()) if is_old else last

        self._last.change(later)
        self._gone_on.change(later)
        return any(last.left.topic.asked for last in chain(self._last.values(), self._gone_on.values()))
