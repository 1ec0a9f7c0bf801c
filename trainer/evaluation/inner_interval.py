"""Intervals for any method, from errors on inner folds of the soils learned from.

The method is fitted without each inner fold, and its errors there make a conformal
width (see trainer.calibrations.conformal). A fit on fewer soils errs a little more, so
the width is on the safe side; it holds for soils like those learned from, on average,
and promises nothing for a new field.
"""

import math

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.calibration import Calibration, Soils
from trainer.calibrations.conformal import LEVEL, finite_sample_quantile
from trainer.library.splits import Fold, grouped_folds


def half_widths(
    calibration: Calibration, soils: Soils, folds: int, seed: int
) -> tuple[float, ...]:
    """Return half an interval a target; infinity where too few soils promise one."""
    inner = grouped_folds(soils.groups, min(folds, len(set(soils.groups))), seed)
    errors = np.full_like(soils.values, np.nan)
    for fold in inner:
        errors[list(fold.test)] = _errors(calibration, soils, fold, seed)
    return tuple(_half_width(column) for column in errors.T)


def _errors(
    calibration: Calibration, soils: Soils, fold: Fold, seed: int
) -> NDArray[np.float64]:
    out = np.array(fold.test, dtype=np.intp)
    fitted = calibration.fit(soils.take(np.array(fold.train, dtype=np.intp)), seed)
    wrong: NDArray[np.float64] = soils.values[out] - fitted.predict(soils.spectra[out])
    return np.abs(wrong)


def _half_width(errors: NDArray[np.float64]) -> float:
    known = errors[np.isfinite(errors)]
    return finite_sample_quantile(known, LEVEL) if known.size else math.inf
