"""How certain an answer is: from what speaks for and against it to a probability."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bot.vectors import Floats

OUTLYING = 4.0
"""Deviations from the mean beyond which evidence says no more."""

LOGIT = 20.0
"""The surest that certainty is, one way or the other: never 0 nor 1."""

RESTRAINT, RESTRAINED_FROM = 10.0, 1000
"""What the slopes for products of evidence are held back by, and below how many examples by more; others by 1."""

STEPS, ENOUGH = 30, 1e-3
"""The most Newton steps, and the change of a slope below which there are no more; some ten are enough."""

SMALLEST = 0.01
"""The least that evidence is taken to vary, where it hardly does among the examples."""


@dataclass(frozen=True)
class Certainty:
    """A logistic model from evidence, and its products two by two, to the probability that the best answer is right.

    `mean` and `deviation` are as long as the evidence, `slope` as what `weighed` makes of it.
    """

    mean: Floats
    deviation: Floats
    slope: Floats

    def __call__(self, evidence: Floats) -> Floats:
        """Probabilities (n) for `evidence` (n × kinds of evidence)."""
        logit = (weighed(evidence, self.mean, self.deviation) @ self.slope).clip(-LOGIT, LOGIT)
        return np.asarray(1 / (1 + np.exp(-logit)), np.float32)


def weighed(evidence: Floats, mean: Floats, deviation: Floats) -> Floats:
    """What certainty weighs: a constant, `evidence` in deviations from the mean, and the products of any two of these,
    each by itself too."""
    kinds = ((evidence - mean) / deviation).clip(-OUTLYING, OUTLYING)
    one, other = _pairs(kinds.shape[1])
    return np.column_stack([np.ones(len(kinds), np.float32), kinds, kinds[:, one] * kinds[:, other]])


@cache
def _pairs(kinds: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which of as many `kinds` are multiplied with which."""
    return np.triu_indices(kinds)


def fitted(evidence: Floats, right: NDArray[np.bool_]) -> Certainty:
    """Fitted to tell when the best answer's paragraph is that of the true label (logistic regression, Newton steps)."""
    mean, deviation = evidence.mean(axis=0), np.maximum(evidence.std(axis=0), SMALLEST)
    inputs = weighed(evidence, mean, deviation).astype(float)
    slope = np.zeros(inputs.shape[1])
    restraint = np.ones(len(slope))
    restraint[1 + len(mean) :] = RESTRAINT * max(1.0, RESTRAINED_FROM / len(evidence))
    for _ in range(STEPS):
        predicted = 1 / (1 + np.exp(-inputs @ slope))
        curvature = (inputs * (predicted * (1 - predicted))[:, None]).T @ inputs + np.diag(restraint)
        step = np.linalg.solve(curvature, inputs.T @ (right - predicted) - restraint * slope)
        slope += step
        if np.abs(step).max() < ENOUGH:
            break
    return Certainty(mean, deviation, slope.astype(np.float32))
