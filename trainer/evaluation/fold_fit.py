"""Fit one method on one fold and judge it on the soils left out."""

import time

import numpy as np
from msgspec.structs import replace

from trainer.calibrations.calibration import Calibration, Soils
from trainer.errors import CalibrationError
from trainer.evaluation.band_importance import band_importance
from trainer.evaluation.evaluation_run import FoldTask
from trainer.evaluation.fold_result import FoldResult
from trainer.evaluation.inner_interval import half_widths
from trainer.library.splits import Fold

SEED_OF_EXTRAS = 0
"""Intervals and importance are made for one seed: they cost fits of their own."""


def fit_fold(
    calibration: Calibration,
    soils: Soils,
    fold: Fold,
    task: FoldTask,
    interval_folds: int,
) -> FoldResult:
    """Return what the fit came to; the test soils' values are never shown to it."""
    learned = soils.take(_analysed(soils, fold.train))
    tested = np.array(fold.test, dtype=np.intp)
    started = time.perf_counter()
    fitted = calibration.fit(learned, task.seed)
    fit_s = time.perf_counter() - started
    started = time.perf_counter()
    predicted = fitted.predict(soils.spectra[tested])
    predict_s = time.perf_counter() - started
    _check(predicted, (len(tested), len(soils.targets)), task)
    result = FoldResult(
        method=task.method,
        seed=task.seed,
        fold=task.fold,
        training=task.training,
        settings=repr(calibration),
        learned_from=len(learned),
        rows=fold.test,
        predicted=_rows_of(predicted),
        fit_s=fit_s,
        predict_s=predict_s,
    )
    if task.seed != SEED_OF_EXTRAS or task.training is not None:
        return result
    importance, kind = band_importance(fitted, soils.spectra[tested])
    result = replace(result, importance=_rows_of(importance), importance_kind=kind)
    if not interval_folds:
        return result
    widths = half_widths(calibration, learned, interval_folds, task.seed)
    return replace(result, half_width=widths)


def _analysed(soils: Soils, rows: tuple[int, ...]) -> np.ndarray:
    """Return the soils that have a value of any target."""
    every = np.array(rows, dtype=np.intp)
    return every[np.isfinite(soils.values[every]).any(axis=1)]


def _rows_of(table: np.ndarray) -> tuple[tuple[float, ...], ...]:
    return tuple(map(tuple, table.tolist()))


def _check(predicted: np.ndarray, shape: tuple[int, int], task: FoldTask) -> None:
    if predicted.shape != shape or not np.isfinite(predicted).all():
        raise CalibrationError(
            f"expected finite predictions shaped {shape} from {task.method}, found "
            f"shape {predicted.shape} with "
            f"{int((~np.isfinite(predicted)).sum())} that are not finite"
        )
