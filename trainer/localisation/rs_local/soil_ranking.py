"""Which soils a round drops: those whose draws erred most, on average.

A soil that no draw of a round held has no mean error; as in the authors' code it stays
until a later round. Of equal soils the one that comes first in the library is dropped
first, as in theirs.
"""

import numpy as np
from numpy.typing import NDArray

from trainer.localisation.rs_local.compiled_drawing import add_errors
from trainer.localisation.rs_local.selection_settings import SelectionSettings
from trainer.localisation.rs_local.soil_draws import SoilDraws

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def mean_errors(draws: SoilDraws, errors: Array, soils: int) -> Array:
    """Return the mean error of the draws that held each of `soils` soils, or NaN."""
    sums, counts = np.zeros(soils), np.zeros(soils, np.int64)
    add_errors((draws.rows, draws.starts), errors, sums, counts)
    means: Array = np.full(soils, np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return means


def dropped(
    means: Array, groups: NDArray[np.intp], settings: SelectionSettings
) -> Mask | None:
    """Return which soils go, or nothing where too few would be left to fit."""
    if settings.retention == "probabilistic":
        return _above_quantile(means, settings)
    worst = _worst(means, settings.dropped_of(len(means)))
    return _in_whole_groups(worst, means, groups) if settings.grouped else worst


def _worst(means: Array, count: int) -> Mask:
    drawn = np.flatnonzero(np.isfinite(means))
    order = drawn[np.argsort(-means[drawn], kind="stable")]
    found = np.zeros(len(means), dtype=bool)
    found[order[:count]] = True
    return found


def _above_quantile(means: Array, settings: SelectionSettings) -> Mask | None:
    """Drop what is not below the quantile; the authors stop before too few are left."""
    cut = np.nanquantile(means, 1 - settings.dropped_share)
    found: Mask = means >= cut
    return found if (means < cut).sum() >= settings.components else None


def _in_whole_groups(worst: Mask, means: Array, groups: NDArray[np.intp]) -> Mask:
    """Keep a group that is only in part among the worst, unless it is the only one."""
    spared = np.isin(groups, groups[~worst])
    whole: Mask = worst & ~spared
    if whole.any():
        return whole
    found: Mask = groups == groups[int(np.nanargmax(means))]
    return found
