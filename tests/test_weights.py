import numpy as np
import pytest

from bot.vectors import Batch
from bot.weights import LARGEST, Weights

WIDTH = 300
FIRST = ({0: 1.0, 5: 0.5, 6: 0.0}, {7: -0.5, 299: 2.0, 31: 0.25})
OTHERS = ({299: 3e-3, 7: -1e-3}, {5: 0.0, 6: 0.0})
ROWS = [*FIRST, *OTHERS]


def asked(*questions: list[int], value: float) -> Batch:
    """Each question as the rows that it has, all with the same value."""
    rows = np.array([row for question in questions for row in question], np.int32)
    numbers = np.arange(len(questions)).repeat([len(question) for question in questions])
    return Batch(
        numbers, rows, np.full(len(rows), value, np.float32), np.zeros(len(rows), int), np.zeros(len(questions))
    )


@pytest.fixture
def weights() -> Weights:
    first, others = (
        (np.array([[*row] for row in rows]), np.array([[*row.values()] for row in rows], np.float32))
        for rows in (FIRST, OTHERS)
    )
    return Weights.of(first, others)


@pytest.mark.parametrize("row", range(len(ROWS)))
def test_a_row_is_told_within_half_a_step_of_its_largest_weight(weights: Weights, row: int) -> None:
    (told,) = weights.times(asked([row], value=1), WIDTH)
    exact = np.zeros(WIDTH)
    exact[[*ROWS[row]]] = [*ROWS[row].values()]
    assert told == pytest.approx(exact, abs=0.6 * np.abs(exact).max() / LARGEST)
    assert told.any() == exact.any()


def test_vectors_are_multiplied_each_by_itself(weights: Weights) -> None:
    found = weights.times(asked([2, 0, 1], [], [1], value=2), WIDTH)
    assert found.shape == (3, WIDTH)
    assert found[0, [0, 7, 299]] == pytest.approx([2, -1.002, 4.006], rel=1e-2)
    assert not found[1].any()
    assert found[2, [0, 7, 299]] == pytest.approx([0, -1, 4], rel=1e-2)
