"""Kernel regression at every penalty from one eigendecomposition.

`(K + p I) a = y`. A constant of large variance is added to K, so that the mean is
learned with the rest and leaving soils out is exact: the errors of soils left out
together are those of a refit without them (Rasmussen and Williams 2006, section 5.4.2,
in blocks).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

PENALTIES = 10.0 ** np.arange(-6.0, 1.25, 0.25)
"""Noise variance against the variance that the kernel explains."""

LEVEL_VARIANCE = 10.0
"""How far the mean may lie from nothing, against the kernel's own variance."""


@dataclass(frozen=True, eq=False)
class DecomposedKernel:
    """Eigenvalues and eigenvectors of a kernel with its constant."""

    powers: Array
    turn: Array

    def weights(self, values: Array, penalty: float) -> Array:
        """Return the weight of every soil."""
        solved: Array = self.turn @ ((self.turn.T @ values) / (self.powers + penalty))
        return solved

    def left_out_errors(self, values: Array, groups: Sequence[Rows]) -> Array:
        """Return errors [penalty, soil], each of a fit without the soil's group."""
        inverse = 1 / (self.powers[:, np.newaxis] + PENALTIES)
        pulls = self.turn @ ((self.turn.T @ values)[:, np.newaxis] * inverse)
        errors = pulls / (self.turn**2 @ inverse)
        for rows in groups:
            if len(rows) > 1:
                errors[rows] = _block_errors(self.turn[rows], inverse, pulls[rows])
        left_out: Array = errors.T
        return left_out

    def evidence(self, values: Array) -> Array:
        """Return the log marginal likelihood at every penalty, up to a constant."""
        along = (self.turn.T @ values)[:, np.newaxis] ** 2
        spread = self.powers[:, np.newaxis] + PENALTIES
        noise = (along / spread).mean(axis=0)
        told: Array = -(len(values) * np.log(noise) + np.log(spread).sum(axis=0)) / 2
        return told


def decompose(kernel: Array) -> DecomposedKernel:
    """Return the decomposition of a positive kernel and the constant."""
    powers, turn = np.linalg.eigh(kernel + LEVEL_VARIANCE)
    return DecomposedKernel(np.clip(powers, 0, None), turn)


def _block_errors(part: Array, inverse: Array, pulls: Array) -> Array:
    blocks = np.einsum("ik,kp,jk->pij", part, inverse, part, optimize=True)
    solved: Array = np.linalg.solve(blocks, pulls.T[:, :, np.newaxis])[:, :, 0]
    return solved.T
