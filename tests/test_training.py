"""How the examples are learned from; what comes of it is measured by the question sets."""

import numpy as np
import pytest

from bot import training


@pytest.mark.parametrize("block", [7, 50, 200])
@pytest.mark.parametrize("exact_to", [10, 1000])
def test_the_solution_by_blocks_is_that_of_the_whole(
    monkeypatch: pytest.MonkeyPatch, block: int, exact_to: int
) -> None:
    monkeypatch.setattr(training, "BLOCK", block)
    monkeypatch.setattr(training, "EXACT_TO", exact_to)
    monkeypatch.setattr(training, "PROBES", 4000)
    random = np.random.default_rng(0)
    vectors = random.standard_normal((120, 300)).astype(np.float32) / 17
    targets = random.standard_normal((120, 5)).astype(np.float32)
    inverse = np.linalg.inv(vectors.astype(float) @ vectors.T + training.RIDGE * np.eye(120))

    dual, diagonal = training.solve(np.tril(vectors @ vectors.T), targets)

    assert dual == pytest.approx(inverse @ targets, abs=1e-3)
    assert diagonal == pytest.approx(inverse.diagonal(), rel=0.1 if exact_to < 120 else 1e-4)
