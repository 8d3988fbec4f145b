from dataclasses import replace

from bot.answering import Answer
from bot.manners import MINUTE
from bot.model import Outcome
from bot.outbox import AFTER_CLOSED, GROUP_PER_MINUTE, KEPT_FREE, THREADS, Due, Outbox, Place, Room, Waiting

ANSWER = Answer("q", "en", Outcome.UNKNOWN, 0.0)
WAITING = Waiting(ANSWER, about=5)
PLACE, TOPIC, ANOTHER, ELSEWHERE = Place(-1, 3), Place(-1, 4), Place(-1, thread=3), Place(-2)


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


def test_a_group_that_telegram_has_closed_is_open_a_little_earlier_to_what_was_refused() -> None:
    room = Room()
    room.close(-1, 17.0)
    assert room.seconds(-1, 0.0, KEPT_FREE) == 17.0 + AFTER_CLOSED
    assert room.seconds(-1, 17.0, KEPT_FREE) == AFTER_CLOSED
    assert room.seconds(-1, 17.0 + AFTER_CLOSED, KEPT_FREE) == 0
    assert room.seconds(-1, 17.0) == 0
    assert room.seconds(-2, 0.0, KEPT_FREE) == 0


def test_what_waits_at_a_place_is_taken_together_and_once() -> None:
    outbox = Outbox()
    for number in (10, 11):
        outbox.wait(PLACE, number, WAITING)
    assert outbox.taken(PLACE) == {10: WAITING, 11: WAITING}
    assert outbox.taken(PLACE) == {}


def test_the_first_to_wait_in_a_group_is_told_and_so_is_the_first_after_nothing_was_left() -> None:
    outbox = Outbox()
    waits = [(PLACE, 10), (ANOTHER, 11), (ELSEWHERE, 12)]
    assert [outbox.wait(place, number, WAITING) for place, number in waits] == [True, False, True]
    assert outbox.is_waited_in(-1)
    for place in (PLACE, ANOTHER):
        assert outbox.next(-1) == Due(place, WAITING.about, "en")
        outbox.taken(place)
    assert not outbox.is_waited_in(-1)
    assert not outbox.wait(PLACE, 13, WAITING)  # whoever looks has not yet looked again
    outbox.taken(PLACE)
    assert outbox.next(-1) is None
    assert outbox.wait(PLACE, 14, WAITING)


def taken(waits: list[Place], take: list[Place], *, with_all: bool = False) -> list[list[int]]:
    outbox = Outbox()
    for number, place in enumerate(waits):
        outbox.wait(place, number, WAITING)
    return [[*outbox.taken(place, with_all=with_all)] for place in take]


def test_all_that_waits_in_a_group_can_be_taken() -> None:
    places = [PLACE, ANOTHER, ELSEWHERE]
    assert taken(places, places, with_all=True) == [[0, 1], [], [2]]


def test_many_threads_are_taken_together_and_topics_are_not() -> None:
    threads = [Place(-1, thread=number) for number in range(THREADS + 1)]
    assert taken([PLACE, TOPIC, *threads], [PLACE, *threads, TOPIC]) == [
        [0],
        [*range(2, THREADS + 3)],
        *[[]] * THREADS,
        [1],
    ]


def test_few_threads_are_taken_each_by_itself() -> None:
    threads = [Place(-1, thread=number) for number in range(THREADS)]
    assert taken(threads, threads) == [[number] for number in range(THREADS)]


def test_only_what_waits_can_be_changed() -> None:
    outbox, other = Outbox(), replace(ANSWER, question="another")
    assert not outbox.change(PLACE, 10, other)
    outbox.wait(PLACE, 10, WAITING)
    assert outbox.change(PLACE, 10, other)
    assert not outbox.change(PLACE, 11, other)
    assert not outbox.change(ANOTHER, 10, other)
    assert outbox.taken(PLACE) == {10: replace(WAITING, answer=other)}
