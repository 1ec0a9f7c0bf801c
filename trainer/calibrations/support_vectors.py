"""Support vector regression on kernels that are already there.

The solver is scikit-learn's; what it finds is a kernel expansion like any other.
Penalty and tube are chosen by grouped cross-validation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sklearn.svm import SVR

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

PENALTIES = (1.0, 3.0, 10.0, 30.0, 100.0)
TUBES = (0.05, 0.2)
"""Errors below this, in deviations of the target, cost nothing."""


@dataclass(frozen=True, eq=False)
class SupportVectors:
    """One weight a known soil, on standardised values, and how wrong it is left out."""

    weights: Array
    intercept: float
    error: float


def fit_support_vectors(
    kernel: Array, values: Array, folds: Sequence[tuple[Rows, Rows]]
) -> SupportVectors:
    """Choose penalty and tube over the folds, and fit on all soils."""
    settings = list(product(PENALTIES, TUBES))
    errors = [_left_out_error(kernel, values, folds, one) for one in settings]
    best = int(np.argmin(errors))
    fitted = _solve(kernel, values, settings[best])
    weights = np.zeros(len(values))
    weights[fitted.support_] = fitted.dual_coef_[0]
    return SupportVectors(weights, float(fitted.intercept_[0]), errors[best])


def _left_out_error(
    kernel: Array,
    values: Array,
    folds: Sequence[tuple[Rows, Rows]],
    setting: tuple[float, float],
) -> float:
    squares = 0.0
    for kept, out in folds:
        fitted = _solve(kernel[np.ix_(kept, kept)], values[kept], setting)
        answers = fitted.predict(kernel[np.ix_(out, kept)])
        squares += float(((answers - values[out]) ** 2).sum())
    return squares / len(values)


def _solve(kernel: Array, values: Array, setting: tuple[float, float]) -> "SVR":
    # It takes a second to load, and most commands fit none.
    from sklearn.svm import SVR  # noqa: PLC0415

    penalty, tube = setting
    machine = SVR(kernel="precomputed", C=penalty, epsilon=tube, cache_size=100)
    return machine.fit(kernel, values)
