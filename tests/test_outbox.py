from dataclasses import replace

from bot.answering import Answer
from bot.manners import MINUTE
from bot.model import Outcome
from bot.outbox import GROUP_PER_MINUTE, KEPT_FREE, Outbox, Place, Room

ANSWER = Answer("q", "en", Outcome.UNKNOWN, 0.0)
PLACE = Place(-1, 3)


def test_a_group_has_room_until_a_minutes_messages_are_sent() -> None:
    room = Room()
    for second in range(GROUP_PER_MINUTE - KEPT_FREE):
        assert room.seconds(-1, float(second), KEPT_FREE) == 0
        room.sent(-1, float(second))
    now = float(GROUP_PER_MINUTE)
    assert room.seconds(-1, now, KEPT_FREE) == MINUTE - now  # until the first of them is a minute old
    assert room.seconds(-1, now) == 0
    assert room.seconds(-2, now, KEPT_FREE) == 0
    assert room.seconds(-1, MINUTE, KEPT_FREE) == 0


def test_what_waits_is_taken_together_and_once() -> None:
    outbox = Outbox()
    assert [outbox.wait(PLACE, number, ANSWER, about=5) for number in (10, 11)] == [True, False]
    assert outbox.is_waited_at(PLACE)
    taken = outbox.taken(PLACE)
    assert taken is not None
    assert (taken.first, taken.answers) == (5, {10: ANSWER, 11: ANSWER})
    assert outbox.taken(PLACE) is None


def test_only_what_waits_can_be_changed() -> None:
    outbox, other = Outbox(), replace(ANSWER, question="another")
    assert not outbox.change(PLACE, 10, other)
    outbox.wait(PLACE, 10, ANSWER, about=5)
    assert outbox.change(PLACE, 10, other)
    assert not outbox.change(PLACE, 11, other)
    taken = outbox.taken(PLACE)
    assert taken is not None
    assert taken.answers == {10: other}
