import numpy as np
import pytest

from bot.weights import LARGEST, Weights

WIDTH = 300
ROWS = [{0: 1.0}, {7: -0.5, 299: 2.0, 31: 0.25}, {299: 3e-5, 7: -1e-5}, {5: 0.0}]


@pytest.fixture
def weights() -> Weights:
    starts = np.cumsum([0, *map(len, ROWS)])
    columns = np.array([column for row in ROWS for column in row])
    return Weights.of(starts, columns, np.array([value for row in ROWS for value in row.values()], np.float32))


@pytest.mark.parametrize("row", range(len(ROWS)))
def test_a_row_is_told_within_half_a_step_of_its_largest_weight(weights: Weights, row: int) -> None:
    (told,) = weights.times([(np.array([row], np.int32), np.array([1], np.float32))], WIDTH)
    exact = np.zeros(WIDTH)
    exact[[*ROWS[row]]] = [*ROWS[row].values()]
    assert told == pytest.approx(exact, abs=0.51 * np.abs(exact).max() / LARGEST)
    assert told.any() == exact.any()


def test_vectors_are_multiplied_each_by_itself(weights: Weights) -> None:
    one, none, other = np.array([0, 1], np.int32), np.array([], np.int32), np.array([1], np.int32)
    vectors = [(rows, np.full(len(rows), 2, np.float32)) for rows in (one, none, other)]
    found = weights.times(vectors, WIDTH)
    assert found.shape == (3, WIDTH)
    assert found[0, [0, 7, 299]] == pytest.approx([2, -1, 4], rel=1e-2)
    assert not found[1].any()
    assert found[2, [0, 7, 299]] == pytest.approx([0, -1, 4], rel=1e-2)
