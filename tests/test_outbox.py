from bot.answering import Answer
from bot.manners import MINUTE
from bot.model import Outcome
from bot.outbox import GROUP_PER_MINUTE, KEPT_FREE, Outbox, Place

ANSWER = Answer("q", "en", Outcome.UNKNOWN, 0.0)
PLACE = Place(-1, 3)


def test_a_group_has_room_until_nearly_all_of_a_minutes_messages_are_sent() -> None:
    outbox = Outbox()
    for second in range(GROUP_PER_MINUTE - KEPT_FREE):
        assert outbox.seconds_to_room(-1, float(second)) == 0
        outbox.sent(-1, float(second))
    now = float(GROUP_PER_MINUTE)
    assert outbox.seconds_to_room(-1, now) == MINUTE - now  # until the first of them is a minute old
    assert outbox.seconds_to_room(-2, now) == 0
    assert outbox.seconds_to_room(-1, MINUTE) == 0


def test_what_waits_is_taken_together_and_once() -> None:
    outbox = Outbox()
    assert [outbox.wait(PLACE, number, ANSWER) for number in (10, 11)] == [True, False]
    assert outbox.is_waited_at(PLACE)
    taken = outbox.taken(PLACE)
    assert taken is not None
    assert (taken.first, taken.answers) == (10, [ANSWER, ANSWER])
    assert outbox.taken(PLACE) is None
