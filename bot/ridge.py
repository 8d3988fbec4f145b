"""Ridge regression in its dual form: for sparse vectors X (n × features), (X Xᵀ + λ)⁻¹ times columns.

Solved by conjugate gradients, all columns at once, since their time grows with the number of vectors and not with its
cube, and X Xᵀ is never written down. Few steps are enough because of the preconditioner: the same problem with only
the commonest features, in which what the others say counts as if no two vectors shared it (Golub & Van Loan, "Matrix
Computations", 4th ed., 11.5; inverted by the Woodbury identity, 2.1.4).
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve

Floats = NDArray[np.float32]

COMMONEST = 4000
"""Features in the preconditioner; of 2,000, 4,000, 6,000 and 8,000 the fastest."""

CROWDED = 600
"""Beyond how many vectors a feature is multiplied densely: a sparse product spends most of its time on those."""

TOLERANCE, STEPS = 0.02, 100
"""What may be left of the right sides' length, of all columns together, and the most steps. Of the question sets no
more than one in a thousand is answered otherwise than with the exact solution; some ten steps are enough."""


class Ridge:
    """(X Xᵀ + λ)⁻¹ for the rows of `vectors` (n × features) and λ = `ridge` > 0."""

    def __init__(self, vectors: sparse.csr_array, ridge: float) -> None:
        columns = vectors.tocsc()
        held = np.diff(columns.indptr)
        order = (-held).argsort(kind="stable")
        columns, held = columns[:, order], held[order]
        crowded, common = int((held > CROWDED).sum()), int((held > 1).sum())
        shared = min(COMMONEST, common)
        self._vectors = _Product(columns[:, :common], crowded)
        self._diagonal = np.float32(ridge) + squares(columns[:, common:])
        self._scale = 1 / np.sqrt(np.float32(ridge) + squares(columns[:, shared:]))[:, None]
        self._scaled = _Product(sparse.csc_array(columns[:, :shared].multiply(self._scale)), min(crowded, shared))
        self._factor = cho_factor(self._scaled.gram() + np.eye(shared, dtype=np.float32), check_finite=False)

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
        image = self._vectors.times(self._vectors.transposed_times(right))
        image += self._diagonal[:, None] * right
        return image

    def _nearly(self, right: Floats) -> Floats:
        """The solution of the preconditioner."""
        scaled: Floats = self._scale * right
        inner = cho_solve(self._factor, self._scaled.transposed_times(scaled), check_finite=False)
        scaled -= self._scaled.times(inner)
        scaled *= self._scale
        return scaled


class _Product:
    """Products with a sparse matrix, of whose columns the first `crowded` are held densely."""

    def __init__(self, matrix: sparse.csc_array, crowded: int) -> None:
        self._dense = matrix[:, :crowded].toarray()
        self._rest = matrix[:, crowded:].tocsr()
        self._rest_transposed = matrix[:, crowded:].T.tocsr()

    def times(self, right: Floats) -> Floats:
        crowded = self._dense.shape[1]
        product = _parallel(self._rest, right[crowded:])
        product += self._dense @ right[:crowded]
        return product

    def transposed_times(self, right: Floats) -> Floats:
        return np.concatenate([self._dense.T @ right, _parallel(self._rest_transposed, right)])

    def gram(self) -> Floats:
        """The matrix, transposed, times itself."""
        mixed = self._rest_transposed @ self._dense
        rest = (self._rest_transposed @ self._rest).toarray()
        return np.block([[self._dense.T @ self._dense, mixed.T], [mixed, rest]])


def _parallel(matrix: sparse.csr_array, right: Floats) -> Floats:
    """`matrix` @ `right`, the halves of the work side by side, for SciPy multiplies sparsely on one core only."""
    half = int(matrix.indptr.searchsorted(matrix.nnz // 2))
    with ThreadPoolExecutor(2) as pool:
        return np.concatenate(list(pool.map(lambda rows: matrix[rows] @ right, (slice(half), slice(half, None)))))


def squares(matrix: sparse.sparray) -> Floats:
    """The sum of squares in each row of `matrix`."""
    return np.asarray(matrix.multiply(matrix).sum(axis=1), np.float32).ravel()


def _positive(values: Floats) -> Floats:
    """`values`, which are zero or more, for dividing by them: where a column is solved there is nothing to divide."""
    return np.maximum(values, np.finfo(np.float32).tiny)
