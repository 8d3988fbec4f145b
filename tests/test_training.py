"""How the examples are learned from; what comes of it is measured by the question sets."""

import numpy as np
import pytest
from scipy import sparse

from bot import ridge, training


@pytest.fixture
def vectors(monkeypatch: pytest.MonkeyPatch) -> sparse.csr_array:
    """Of 300 examples: some features that most of them have, many that few have, and one for each that it alone has."""
    monkeypatch.setattr(ridge, "TOLERANCE", 1e-5)
    random = np.random.default_rng(0)
    often, seldom = (sparse.random_array((300, n), density=d, rng=random) for n, d in ((20, 0.7), (900, 0.01)))
    return sparse.hstack([seldom, often, sparse.eye_array(300)], format="csr", dtype=np.float32)


def inverse(vectors: sparse.csr_array) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    dense = vectors.toarray().astype(float)
    return np.linalg.inv(dense @ dense.T + training.RIDGE * np.eye(len(dense)))


@pytest.mark.parametrize("crowded", [0, 150, 10_000])
@pytest.mark.parametrize("shared", [1, 20, 200, 10_000])
def test_the_solution_by_steps_is_the_exact_one(
    monkeypatch: pytest.MonkeyPatch, vectors: sparse.csr_array, crowded: int, shared: int
) -> None:
    monkeypatch.setattr(ridge, "CROWDED", crowded)
    monkeypatch.setattr(ridge, "SHARED", shared)
    right = np.random.default_rng(1).standard_normal((300, 5)).astype(np.float32)
    right[:, 1] = 0
    solution = ridge.Ridge(vectors, training.RIDGE).solve(right)
    assert solution == pytest.approx(inverse(vectors) @ right, abs=1e-4)


def test_what_all_vectors_share_costs_few_steps(monkeypatch: pytest.MonkeyPatch, vectors: sparse.csr_array) -> None:
    monkeypatch.setattr(ridge, "STEPS", 20)
    right = np.random.default_rng(1).standard_normal((300, 5)).astype(np.float32)
    solution = ridge.Ridge(vectors * 100, training.RIDGE).solve(right)
    left = right - (vectors * 100) @ ((vectors * 100).T @ solution) - training.RIDGE * solution
    assert np.linalg.norm(left) < 1e-3 * np.linalg.norm(right)


@pytest.mark.parametrize(("exact_to", "within"), [(1000, 1e-3), (10, 0.1)])
def test_what_leaving_one_out_needs_is_exact_for_few_examples_and_near_for_many(
    monkeypatch: pytest.MonkeyPatch, vectors: sparse.csr_array, exact_to: int, within: float
) -> None:
    monkeypatch.setattr(training, "EXACT_TO", exact_to)
    monkeypatch.setattr(training, "PROBES", 2000)
    targets = np.random.default_rng(1).standard_normal((300, 5)).astype(np.float32)
    dual, diagonal = training.solve(vectors, targets)
    assert dual == pytest.approx(inverse(vectors) @ targets, abs=1e-3)
    assert diagonal == pytest.approx(inverse(vectors).diagonal(), rel=within)
