from dataclasses import replace

from bot.answering import Answer
from bot.manners import MINUTE
from bot.model import Outcome
from bot.outbox import GROUP_PER_MINUTE, KEPT_FREE, Due, Outbox, Place, Room, Waiting

ANSWER = Answer("q", "en", Outcome.UNKNOWN, 0.0)
PLACE, ANOTHER, ELSEWHERE = Place(-1, 3), Place(-1, thread=3), Place(-2)


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


def test_what_waits_at_a_place_is_taken_together_and_once() -> None:
    outbox = Outbox()
    for number in (10, 11):
        outbox.wait(PLACE, number, ANSWER, Waiting(5))
    taken = outbox.taken(PLACE)
    assert taken is not None
    assert (taken.about, taken.answers) == (5, {10: ANSWER, 11: ANSWER})
    assert outbox.taken(PLACE) is None


def test_the_first_to_wait_in_a_group_is_told_and_so_is_the_first_after_nothing_was_left() -> None:
    outbox = Outbox()
    waits = [(PLACE, 10), (ANOTHER, 11), (ELSEWHERE, 12)]
    assert [outbox.wait(place, number, ANSWER, Waiting(number)) for place, number in waits] == [True, False, True]
    assert outbox.is_waited_in(-1)
    for place, about in ((PLACE, 10), (ANOTHER, 11)):
        assert outbox.next(-1) == Due(place, about, "en")
        outbox.taken(place)
    assert not outbox.is_waited_in(-1)
    assert not outbox.wait(PLACE, 13, ANSWER, Waiting(13))  # whoever looks has not yet looked again
    outbox.taken(PLACE)
    assert outbox.next(-1) is None
    assert outbox.wait(PLACE, 14, ANSWER, Waiting(14))


def test_all_that_waits_in_a_group_can_be_taken() -> None:
    outbox = Outbox()
    for number, place in enumerate((PLACE, ANOTHER, ELSEWHERE)):
        outbox.wait(place, number, ANSWER, Waiting(number))
    taken = outbox.taken(PLACE, with_all=True)
    assert taken is not None
    assert (taken.about, taken.answers) == (0, {0: ANSWER, 1: ANSWER})
    assert not outbox.is_waited_in(-1)
    assert outbox.is_waited_in(-2)


def test_only_what_waits_can_be_changed() -> None:
    outbox, other = Outbox(), replace(ANSWER, question="another")
    assert not outbox.change(PLACE, 10, other)
    outbox.wait(PLACE, 10, ANSWER, Waiting(5))
    assert outbox.change(PLACE, 10, other)
    assert not outbox.change(PLACE, 11, other)
    assert not outbox.change(ANOTHER, 10, other)
    taken = outbox.taken(PLACE)
    assert taken is not None
    assert taken.answers == {10: other}
