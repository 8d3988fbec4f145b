import numpy as np
import pytest

from bot.tally import UNANSWERED, Tally, without

TABLE = np.array([[5, 0, 3], [0, 70_000, 2], [2, 2, 0], [1, 0, 1], [0, 0, 1]], np.int32)
"""Rows by paragraph 0, paragraph 1, and what nothing answers; the first two are common."""


@pytest.fixture
def tally() -> Tally:
    return Tally.of(TABLE, np.array([9, 99_000, 7], np.int32), 2)


def test_common_rows_are_counted_exactly_up_to_what_two_bytes_hold(tally: Tally) -> None:
    assert tally.table(np.array([1, 0])).tolist() == [[0, 65_535, 2], [5, 0, 3]]


def test_of_seldom_rows_the_groups_that_have_any_share_evenly(tally: Tally) -> None:
    uneven = Tally.of(np.array([[3, 0, 1]]), tally.totals, 0)
    assert uneven.table(np.array([0])).tolist() == [[2, 0, 2]]
    assert tally.table(np.array([2, 4, 3])).tolist() == [[2, 2, 0], [0, 0, 1], [1, 0, 1]]


def test_one_example_less_is_counted_as_if_the_table_had_been_without_it(tally: Tally) -> None:
    rows, own = np.array([0, 0, 2, 3, 4], np.int32), np.array([0, UNANSWERED, 1, 0, UNANSWERED], np.int32)
    found = without(TABLE, rows, own, 2)
    for row, group, left in zip(rows, own, found, strict=True):
        less = TABLE.copy()
        less[row, group] -= 1
        assert left.tolist() == Tally.of(less, tally.totals, 2).table(np.array([row]))[0].tolist()
    assert TABLE[0].tolist() == [5, 0, 3]
