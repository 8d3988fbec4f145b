"""Ridge regression in its dual form: for sparse vectors X (n × features), (X Xᵀ + λ)⁻¹ times columns.

Solved by conjugate gradients, all columns at once, since their time grows with the number of vectors and not with its
cube, and X Xᵀ is never written down. Few steps are enough because of the preconditioner: the same problem with only
the commonest features, in which what the others say counts as if no two vectors shared it (Golub & Van Loan, "Matrix
Computations", 4th ed., 11.5; inverted by the Woodbury identity, 2.1.4).
"""

import numpy as np
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve

from bot.vectors import Floats

COMMONEST = 4000
"""Features in the preconditioner; of 2,000, 4,000, 6,000 and 8,000 the fastest."""

CROWDED = 1500
"""Beyond how many vectors a feature is multiplied densely: a sparse product spends most of its time on those."""

TOLERANCE, STEPS = 0.05, 100
"""What may be left of the right sides' length, of all columns together, and the most steps. Of the question sets no
more than five in a thousand are answered otherwise than with a hundredth of that, as many of them right; some eight
steps are enough."""


class Ridge:
    """(X Xᵀ + λ)⁻¹ for the rows of `vectors` (n × features) and λ = `ridge` > 0."""

    def __init__(self, vectors: sparse.csr_array, ridge: float) -> None:
        columns = vectors.tocsc()
        held = np.diff(columns.indptr)
        order = (-held).argsort(kind="stable")
        columns, held = columns[:, order], held[order]
        shared = int((held > 1).sum())
        common = min(COMMONEST, shared)
        crowded = min(int((held > CROWDED).sum()), common)
        self._crowded: Floats = columns[:, :crowded].toarray()
        self._common = columns[:, crowded:common].tocsr()
        self._others = columns[:, common:shared].tocsr()
        self._alone = np.float32(ridge) + squares(columns[:, shared:])[:, None]
        self._uncommon = np.float32(ridge) + squares(columns[:, common:])[:, None]
        gram = self._gram() + np.eye(common, dtype=np.float32)
        self._factor = cho_factor(gram, overwrite_a=True, check_finite=False)

    def solve(self, right: Floats) -> Floats:
        """(X Xᵀ + λ)⁻¹ `right` (n × columns), within `TOLERANCE`, or as near as `STEPS` come to it."""
        enough = TOLERANCE * np.linalg.norm(right)
        solution = self._nearly(right)
        rest = right - self._times(solution)
        step = direction = self._nearly(rest)
        slope = (rest * step).sum(axis=0)
        for _ in range(STEPS):
            if np.linalg.norm(rest) <= enough:
                break
            image = self._times(direction)
            length = slope / _positive((direction * image).sum(axis=0))
            solution += length * direction
            rest -= length * image
            step = self._nearly(rest)
            slope, before = (rest * step).sum(axis=0), slope
            direction = step + slope / _positive(before) * direction
        return solution

    def _times(self, right: Floats) -> Floats:
        """(X Xᵀ + λ) `right`."""
        image = self._alone * right
        for columns in (self._crowded, self._common, self._others):
            image += columns @ (columns.T @ right)
        return image

    def _nearly(self, right: Floats) -> Floats:
        """The preconditioner's solution for `right`."""
        solution: Floats = right / self._uncommon
        inner = np.concatenate([self._crowded.T @ solution, self._common.T @ solution])
        inner = cho_solve(self._factor, inner, overwrite_b=True, check_finite=False)
        crowded = self._crowded.shape[1]
        product = self._crowded @ inner[:crowded]
        product += self._common @ inner[crowded:]
        product /= self._uncommon
        solution -= product
        return solution

    def _gram(self) -> Floats:
        """The common columns, transposed, times themselves, each vector the less the more it has besides them."""
        crowded, common = self._crowded, self._common
        light = common.multiply(1 / self._uncommon).tocsr()
        mixed = light.T @ crowded
        return np.block([[crowded.T @ (crowded / self._uncommon), mixed.T], [mixed, (light.T @ common).toarray()]])


def squares(matrix: sparse.sparray) -> Floats:
    """The sum of squares in each row of `matrix`."""
    return np.asarray(matrix.multiply(matrix).sum(axis=1), np.float32).ravel()


def _positive(values: Floats) -> Floats:
    """`values`, which are zero or more, for dividing by them: where a column is solved there is nothing to divide."""
    return np.maximum(values, np.finfo(np.float32).tiny)
