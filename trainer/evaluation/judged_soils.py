"""Predictions of soils left out, method by method and seed by seed, folds joined."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.calibration import Soils
from trainer.evaluation.fold_result import FoldResult

Array = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class JudgedSoils:
    """What one method with one seed told of the soils of all folds.

    Attributes:
        method: Its name in the catalogue.
        seed: The seed.
        rows: The soils judged, as rows of the library.
        folds: The fold in which each was judged.
        observed: Laboratory values, one column a target.
        predicted: Predictions, shaped alike.
        half_width: Half of the intervals, shaped alike; NaN where none were made.
    """

    method: str
    seed: int
    rows: Rows
    folds: Rows
    observed: Array
    predicted: Array
    half_width: Array


def judged_soils(results: Iterable[FoldResult], soils: Soils) -> list[JudgedSoils]:
    """Join the folds of every method and seed; fits of a learning curve are left."""
    found: dict[tuple[str, int], list[FoldResult]] = {}
    for result in results:
        if result.training is None:
            found.setdefault((result.method, result.seed), []).append(result)
    return [_joined(folds, soils) for folds in found.values()]


def _joined(folds: Sequence[FoldResult], soils: Soils) -> JudgedSoils:
    ordered = sorted(folds, key=lambda one: one.fold)
    rows = np.concatenate([np.array(one.rows, dtype=np.intp) for one in ordered])
    counts = [len(one.rows) for one in ordered]
    return JudgedSoils(
        method=ordered[0].method,
        seed=ordered[0].seed,
        rows=rows,
        folds=np.repeat(np.array([one.fold for one in ordered], dtype=np.intp), counts),
        observed=soils.values[rows],
        predicted=np.concatenate([one.answers for one in ordered]),
        half_width=np.concatenate([_widths(one) for one in ordered]),
    )


def _widths(result: FoldResult) -> Array:
    shape = result.answers.shape
    if result.half_width is None:
        return np.full(shape, np.nan)
    return np.tile(np.array(result.half_width, dtype=np.float64), (shape[0], 1))
