import pytest

from bot.manners import (
    CHAT_PER_MINUTE,
    MINUTE,
    NOTICE_EVERY,
    PERSON_PER_MINUTE,
    Chosen,
    Limits,
    Verdict,
)


def test_who_asks_too_much_is_told_once_and_then_not_answered() -> None:
    limits = Limits()
    verdicts = [limits.ask(-1, 7, float(second)) for second in range(PERSON_PER_MINUTE + 3)]
    assert verdicts == [Verdict.ANSWER] * PERSON_PER_MINUTE + [Verdict.NOTICE, Verdict.SILENCE, Verdict.SILENCE]


def test_others_are_answered_meanwhile_and_so_is_everybody_a_minute_later() -> None:
    limits = Limits()
    for _ in range(PERSON_PER_MINUTE + 1):
        limits.ask(-1, 7, 0.0)
    assert limits.ask(-1, 8, 1.0) is Verdict.ANSWER
    assert limits.ask(-2, 7, 1.0) is Verdict.ANSWER
    assert limits.ask(-1, 7, MINUTE) is Verdict.ANSWER


def test_a_notice_is_repeated_only_after_a_while() -> None:
    limits = Limits()

    def asked_too_much(now: float) -> Verdict:
        return [limits.ask(-1, 7, now) for _ in range(PERSON_PER_MINUTE + 1)][-1]

    moments = (0.0, NOTICE_EVERY - 1, NOTICE_EVERY + MINUTE)
    assert [asked_too_much(now) for now in moments] == [Verdict.NOTICE, Verdict.SILENCE, Verdict.NOTICE]


def test_a_whole_group_has_a_limit_too() -> None:
    limits = Limits()
    verdicts = [limits.ask(-1, person, 0.0) for person in range(CHAT_PER_MINUTE + 1)]
    assert verdicts == [Verdict.ANSWER] * CHAT_PER_MINUTE + [Verdict.NOTICE]


@pytest.mark.parametrize(
    ("quiet", "hour", "is_quiet"),
    [(None, 3, False), ("22-08", 22, True), ("22-08", 3, True), ("22-08", 8, False), ("01-05", 4, True), ("01-05", 5, False)],
)  # fmt: skip
def test_quiet_hours_may_go_past_midnight(quiet: str | None, hour: int, *, is_quiet: bool) -> None:
    assert Chosen(quiet=quiet).is_quiet(hour) is is_quiet
