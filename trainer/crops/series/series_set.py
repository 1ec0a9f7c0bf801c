"""Series of places on one season grid: what networks learn from, and are asked.

A place is a pixel in one year. Its numbers may lie in mapped files larger than memory:
whoever computes takes rows as a batch. What was not observed has a mask of False, and a
number that means nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from protocols.season_grid import SeasonGrid
from trainer.errors import LibraryError

UNKNOWN = -1
"""The label of a place of which nobody said what grew there."""


@dataclass(frozen=True, eq=False)
class SeriesBatch:
    """Some series, in memory and in the channels' units; zero where nothing was seen.

    Attributes:
        values: float32 [place, step, channel].
        days: float32 [place, step], from 1 January of the year of the harvest.
        mask: bool [place, step, channel].
    """

    values: NDArray[np.float32]
    days: NDArray[np.float32]
    mask: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PlaceTable:
    """What is known of places beside their series, one row each.

    Attributes:
        names: Their ids.
        boxes: The stretch of land that each lies in; never split between parts.
        years: Of the harvest.
        fields: The field that each belongs to; empty where nobody said.
        longitudes, latitudes: WGS84, in degrees.
        labels: An index into the legend, or `UNKNOWN`.
    """

    names: NDArray[np.str_]
    boxes: NDArray[np.str_]
    years: NDArray[np.int16]
    fields: NDArray[np.str_]
    longitudes: NDArray[np.float64]
    latitudes: NDArray[np.float64]
    labels: NDArray[np.int16]

    def take(self, rows: NDArray[np.intp]) -> "PlaceTable":
        """Return some of the places."""
        columns: dict[str, Any] = {
            one.name: getattr(self, one.name)[rows] for one in fields(self)
        }
        return PlaceTable(**columns)

    def with_labels(self, labels: NDArray[np.int16]) -> "PlaceTable":
        """Return the same places, told anew."""
        return replace(self, labels=labels)

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self.names)


@dataclass(frozen=True, eq=False)
class SeriesSet:
    """Series of many places, perhaps mapped from files.

    Attributes:
        grid: The season; its first day is never left open here.
        legend: The names of the classes, in the order of the labels.
        places: What is known of each place.
        values: float16 or float32 [place, step, channel].
        days: int16 or float32 [place, step].
        mask: bool [place, step, channel].
        rows: Which rows of the three arrays are meant, in order; all where `None`.
    """

    grid: SeasonGrid
    legend: tuple[str, ...]
    places: PlaceTable
    values: NDArray[Any]
    days: NDArray[Any]
    mask: NDArray[np.bool_]
    rows: NDArray[np.intp] | None = None

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong together."""
        shape = (self.grid.steps, len(self.grid.channels))
        found = self.values.shape[1:], self.mask.shape[1:], self.days.shape[1:]
        if found != (shape, shape, shape[:1]):
            raise LibraryError(
                f"expected series of {shape[0]} steps and {shape[1]} channels, found "
                f"values, mask and days shaped {found}; prepare them again"
            )
        rows = len(self.values) if self.rows is None else len(self.rows)
        if rows != len(self.places):
            raise LibraryError(
                f"expected a series a place, found {rows} for {len(self.places)}; "
                "prepare them again"
            )

    def batch(self, rows: NDArray[np.intp] | slice) -> SeriesBatch:
        """Read some of the series into memory."""
        asked = rows if self.rows is None else self.rows[rows]
        mask: NDArray[np.bool_] = np.asarray(self.mask[asked])
        values = np.asarray(self.values[asked], dtype=np.float32)
        return SeriesBatch(
            values=np.where(mask, values, np.float32(0)),
            days=np.asarray(self.days[asked], dtype=np.float32),
            mask=mask,
        )

    def take(self, rows: Sequence[int] | NDArray[np.intp]) -> "SeriesSet":
        """Return some of the places; no series is read."""
        asked = np.asarray(rows, dtype=np.intp)
        kept = asked if self.rows is None else self.rows[asked]
        return SeriesSet(
            grid=self.grid,
            legend=self.legend,
            places=self.places.take(asked),
            values=self.values,
            days=self.days,
            mask=self.mask,
            rows=kept,
        )

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self.places)
