"""How well predictions agree with the laboratory, by the field's usual figures."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """Figures of one set of predictions; NaN where they are not defined.

    Attributes:
        n: How many soils.
        rmse: Root mean squared error.
        me: Mean error, predicted minus observed: the bias.
        r2: 1 - SSE / SST; below 0 the mean would have done better.
        r2_correlation: Squared correlation, blind to bias and slope.
        ccc: Lin's concordance correlation coefficient (Biometrics 45, 1989).
        rpd: Standard deviation of the observed over RMSE.
        rpiq: Interquartile range of the observed over RMSE.
    """

    n: int
    rmse: float
    me: float
    r2: float
    r2_correlation: float
    ccc: float
    rpd: float
    rpiq: float


def agreement(observed: Array, predicted: Array) -> Agreement:
    """Compare predictions with the laboratory; soils without a value do not count."""
    known = np.isfinite(observed)
    truth, guess = observed[known], predicted[known]
    if not truth.size:
        return Agreement(0, *[math.nan] * 7)
    error = guess - truth
    rmse = math.sqrt(float((error**2).mean()))
    together = float(((truth - truth.mean()) * (guess - guess.mean())).mean())
    apart = float(truth.var() + guess.var() + error.mean() ** 2)
    low, high = np.quantile(truth, [0.25, 0.75])
    return Agreement(
        n=truth.size,
        rmse=rmse,
        me=float(error.mean()),
        r2=1 - _ratio(float((error**2).mean()), float(truth.var())),
        r2_correlation=_ratio(together**2, float(truth.var() * guess.var())),
        ccc=_ratio(2 * together, apart),
        rpd=_ratio(float(truth.std(ddof=1)) if truth.size > 1 else 0.0, rmse),
        rpiq=_ratio(float(high - low), rmse),
    )


def _ratio(over: float, under: float) -> float:
    return over / under if under else math.nan
