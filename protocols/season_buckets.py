"""Observations of a place to the series that a crop model reads: the one way.

One observation stands for a bucket of days: the first, or the one with the least cloud.
Those later than the day of prediction are not used. Where several are as early, or as
good, the one with the smaller numbers stands, so that their order never matters. What
was not seen stays unseen: nothing is filled in.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protocols.errors import SeriesError
from protocols.golden_vectors import Inputs
from protocols.observation_rule import ObservationRule
from protocols.season_grid import SeasonGrid

USUAL = ObservationRule()

WORST = 1_000.0
"""What counts for a cloud share, or a scene class, that nobody told."""

BELOW_ALL = -1_000_000.0


@dataclass(frozen=True, eq=False)
class Observations:
    """What was seen of one place, one row each, in any order.

    Attributes:
        days: From 1 January of the year of the harvest.
        values: [observation, channel], in the channels' units; NaN where not seen.
        clouds: The probability of cloud in percent; NaN where nobody told.
        scenes: The scene class; NaN where nobody told.
    """

    days: NDArray[np.int64]
    values: NDArray[np.float32]
    clouds: NDArray[np.float64]
    scenes: NDArray[np.float64]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.days)


@dataclass(frozen=True, eq=False)
class PlaceSeries:
    """A place as a graph takes it, a batch of one.

    Attributes:
        inputs: Series, days and mask, by the graph contract.
        days_seen: The days of the observations that stand for a bucket.
    """

    inputs: Inputs
    days_seen: tuple[int, ...]


def bucketed(
    seen: Observations, grid: SeasonGrid, until: int, rule: ObservationRule = USUAL
) -> PlaceSeries:
    """Return the series of a place for a prediction on the day `until`."""
    if seen.values.shape != (len(seen), len(grid.channels)):
        raise SeriesError(
            f"expected {len(grid.channels)} channels of {len(seen)} observations, "
            f"found numbers shaped {seen.values.shape}"
        )
    first_day = grid.first_day_until(until)
    bucket = (seen.days - first_day) // grid.bucket_days
    is_usable = (seen.days <= until) & (bucket >= 0) & (bucket < grid.steps)
    is_usable &= np.isfinite(seen.values).any(axis=1) & _is_kept(seen, rule)
    order = _ranked(seen, is_best_first=rule.choice == "best")
    order = order[is_usable[order]]
    # Of every bucket the first in rank stands.
    into, at = np.unique(bucket[order], return_index=True)
    return _series(seen, grid, grid.middles(first_day), into, order[at])


def _is_kept(seen: Observations, rule: ObservationRule) -> NDArray[np.bool_]:
    """Return what no rule leaves out; what nobody told of is kept."""
    cloudy = seen.clouds > rule.most_cloud
    hidden = ~np.isin(seen.scenes, rule.scene_classes) & np.isfinite(seen.scenes)
    kept: NDArray[np.bool_] = ~(cloudy | hidden)
    return kept


def _ranked(seen: Observations, *, is_best_first: bool) -> NDArray[np.intp]:
    """Return the observations in order, that first which stands for its bucket."""
    clouds = np.nan_to_num(seen.clouds, nan=WORST)
    scenes = np.nan_to_num(seen.scenes, nan=WORST)
    values = np.nan_to_num(seen.values.astype(np.float64), nan=BELOW_ALL)
    first = (clouds, seen.days) if is_best_first else (seen.days, clouds)
    # The last key is the most important one.
    keys = (*first, scenes, *values.T)[::-1]
    order: NDArray[np.intp] = np.lexsort(keys)
    return order


def _series(
    seen: Observations,
    grid: SeasonGrid,
    middles: NDArray[np.float32],
    into: NDArray[np.int64],
    chosen: NDArray[np.intp],
) -> PlaceSeries:
    shape = (grid.steps, len(grid.channels))
    series, mask = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    days, values = middles.copy(), seen.values[chosen]
    is_seen = np.isfinite(values)
    series[into] = np.where(is_seen, values, 0)
    mask[into] = is_seen
    days[into] = seen.days[chosen]
    return PlaceSeries(
        inputs=(series[np.newaxis], days[np.newaxis], mask[np.newaxis]),
        days_seen=tuple(seen.days[chosen].tolist()),
    )
