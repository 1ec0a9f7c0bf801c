"""Which places an export asks graphs about: some boxes choose, others judge.

They are looked at on several days of the season, so that gaps of every length, and
seasons that have only begun, are among them.
"""

import numpy as np
from numpy.typing import NDArray

from protocols.golden_vectors import Inputs
from protocols.season_grid import SeasonGrid
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.series.series_set import SeriesBatch, SeriesSet
from trainer.errors import LibraryError
from trainer.export.proof_series import ProofSeries

MOST_PLACES = 512
"""So many choose ranges, and as many judge."""

SHARES_OF_SEASON = (0.4, 0.7, 1.0)
FEWEST_PLACES = 8


def proof_places(series: SeriesSet, season: SeasonGrid) -> ProofSeries:
    """Return what a model of `season` is asked, from places that were prepared."""
    if len(series) < FEWEST_PLACES:
        raise LibraryError(
            f"expected {FEWEST_PLACES} places or more to judge graphs by, found "
            f"{len(series)}; bring the series that the model learned from"
        )
    cut, days = SeasonCut(series.grid, season), _days_of(series.grid)
    choosing, judging = _halves(series.places.boxes)
    return ProofSeries(
        calibration=_inputs(series, choosing, cut, days),
        asked=_inputs(series, judging, cut, days),
    )


def _days_of(grid: SeasonGrid) -> tuple[int, ...]:
    begins, length = grid.first_day_until(0), grid.bucket_days * grid.steps
    return tuple(begins + round(share * length) - 1 for share in SHARES_OF_SEASON)


def _halves(boxes: NDArray[np.str_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows of both halves; a box is in one, unless there is only one."""
    names, member = np.unique(boxes, return_inverse=True)
    half = member % 2 if len(names) > 1 else np.arange(len(boxes)) % 2
    return _some(np.flatnonzero(half == 0)), _some(np.flatnonzero(half == 1))


def _some(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return at most so many rows, spread evenly."""
    places = np.linspace(0, len(rows) - 1, min(MOST_PLACES, len(rows)))
    chosen: NDArray[np.intp] = rows[places.round().astype(np.intp)]
    return chosen


def _inputs(
    series: SeriesSet, rows: NDArray[np.intp], cut: SeasonCut, days: tuple[int, ...]
) -> Inputs:
    """Return the places as graphs take them, each on one of the days."""
    parts = [
        _as_inputs(cut.until(series.batch(rows[at :: len(days)]), day))
        for at, day in enumerate(days)
    ]
    joined = tuple(np.concatenate(part) for part in zip(*parts, strict=True))
    return _each_once(joined)


def _each_once(inputs: Inputs) -> Inputs:
    """Leave out series that are seen alike, such as those without any observation."""
    table = np.concatenate([one.reshape(len(one), -1) for one in inputs], axis=1)
    _, first = np.unique(table, axis=0, return_index=True)
    return tuple(one[np.sort(first)] for one in inputs)


def _as_inputs(batch: SeriesBatch) -> Inputs:
    return batch.values, batch.days, batch.mask.astype(np.float32)
