"""Every method held against the best, and against PLS, on the same folds."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.calibration import Soils
from trainer.evaluation.evaluation_scores import fold_errors
from trainer.evaluation.fold_result import FoldResult
from trainer.evaluation.judged_soils import judged_soils
from trainer.evaluation.paired_comparison import (
    FEWEST_FOLDS,
    STANDARD,
    PairedDifference,
    interval_over_folds,
    interval_over_soils,
)

Array = NDArray[np.float64]
Fits = Sequence[FoldResult]


def comparisons_of(
    fits: Mapping[str, Fits], soils: Soils, splits: int
) -> Iterator[PairedDifference]:
    """Yield, for each target, all others against the best, then all against PLS.

    `fits` holds the whole fits of the methods that finished all of them; `splits` is
    how many splits the seeds had: fits of one split are averaged over seeds first.
    """
    for column, target in enumerate(soils.targets if fits else ()):
        errors = {one: _pooled_error(fits[one], soils, column) for one in fits}
        best = min(errors, key=errors.__getitem__)
        for reference in dict.fromkeys((best, STANDARD)):
            for method in fits:
                if reference in fits and method != reference:
                    pair = fits[method], fits[reference]
                    yield _difference(pair, soils, (column, target), splits)


def _difference(
    pair: tuple[Fits, Fits], soils: Soils, at: tuple[int, str], splits: int
) -> PairedDifference:
    column, target = at
    by_fold = _fold_differences(pair, soils, column, splits)
    if by_fold.size >= FEWEST_FOLDS:
        found = interval_over_folds(by_fold, _test_share(pair[0]))
        units = by_fold.size
    else:
        found, units = _over_soils(pair, soils, column)
    return PairedDifference(
        target=target,
        method=pair[0][0].method,
        reference=pair[1][0].method,
        difference=found[0],
        low=found[1],
        high=found[2],
        basis="folds" if by_fold.size >= FEWEST_FOLDS else "soils",
        units=units,
    )


def _fold_differences(
    pair: tuple[Fits, Fits], soils: Soils, column: int, splits: int
) -> Array:
    """Return one difference a fold of each split, NaN-free."""
    ordered = [sorted(one, key=lambda fit: (fit.seed, fit.fold)) for one in pair]
    method, reference = (fold_errors(one, soils.values, column) for one in ordered)
    differences = method - reference
    if splits == 1:
        seeds = len({fit.seed for fit in ordered[0]})
        differences = differences.reshape(seeds, -1).mean(axis=0)
    kept: Array = differences[np.isfinite(differences)]
    return kept


def _over_soils(
    pair: tuple[Fits, Fits], soils: Soils, column: int
) -> tuple[tuple[float, float, float], int]:
    squared, rows = _squared_errors(pair[0], soils, column)
    squared_reference, _ = _squared_errors(pair[1], soils, column)
    groups = np.array([soils.groups[row] for row in rows])
    found = interval_over_soils(squared, squared_reference, groups)
    return found, len(set(groups.tolist()))


def _squared_errors(
    fits: Fits, soils: Soils, column: int
) -> tuple[Array, NDArray[np.intp]]:
    """Return squared errors of all seeds, and whose they are, in one order."""
    judged = sorted(judged_soils(fits, soils), key=lambda one: one.seed)
    rows = np.concatenate([one.rows for one in judged])
    wrong = np.concatenate(
        [one.predicted[:, column] - one.observed[:, column] for one in judged]
    )
    known = np.isfinite(wrong)
    return wrong[known] ** 2, rows[known]


def _pooled_error(fits: Fits, soils: Soils, column: int) -> float:
    """Return the mean over seeds of the RMSE pooled over folds."""
    squared = [
        np.nanmean((one.predicted[:, column] - one.observed[:, column]) ** 2)
        for one in judged_soils(fits, soils)
    ]
    return float(np.mean(np.sqrt(squared)))


def _test_share(fits: Fits) -> float:
    return float(np.mean([len(one.rows) / one.learned_from for one in fits]))
