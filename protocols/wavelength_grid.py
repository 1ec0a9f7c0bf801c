"""A model's wavelength grid, and the one resampler that brings a scan onto it.

Each grid band is the mean of the scan, taken as straight lines between its own bands,
over one grid step; over less, but evenly to both sides, where the scan ends sooner. A
finer instrument is averaged, a coarser one interpolated, and neither is extrapolated.
"""

from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from protocols.errors import SpectrumError
from protocols.limits import MAX_BANDS
from protocols.spectrum import Spectrum

REACH_WITHIN_STEPS = 1e-3
"""Rounding of an axis that is stored in single precision."""

WAVENUMBERS_PER_CM = 1e7
"""Nanometres times wavenumber in 1/cm."""


class WavelengthGrid(msgspec.Struct, frozen=True, kw_only=True):
    """Evenly spaced bands, in nanometres or wavenumbers."""

    first: Annotated[float, msgspec.Meta(gt=0)]
    step: Annotated[float, msgspec.Meta(gt=0)]
    bands: Annotated[int, msgspec.Meta(ge=2, le=MAX_BANDS)]
    unit: Literal["nm", "cm-1"] = "nm"

    @property
    def last(self) -> float:
        """The position of the last band."""
        return self.first + self.step * (self.bands - 1)

    def positions(self) -> NDArray[np.float64]:
        """Return where the bands lie."""
        return self.first + self.step * np.arange(self.bands, dtype=np.float64)


def resample(spectrum: Spectrum, grid: WavelengthGrid) -> NDArray[np.float32]:
    """Return the spectrum's reflectance on `grid`, or refuse a scan too short."""
    axis, values = _in_unit_of(grid, spectrum)
    return resample_rows(axis, values[np.newaxis], grid).reshape(grid.bands)


def resample_rows(
    axis: NDArray[np.float64], rows: NDArray[np.float32], grid: WavelengthGrid
) -> NDArray[np.float32]:
    """Return many scans of one ascending axis, in the grid's unit, on `grid`."""
    _check_reach(axis, grid)
    values = rows.astype(np.float64)
    centres = np.clip(grid.positions(), axis[0], axis[-1])
    room = np.minimum(centres - axis[0], axis[-1] - centres)
    least = grid.step * REACH_WITHIN_STEPS
    half = np.clip(room, least, grid.step / 2)
    edges = np.concatenate([centres - half, centres + half])
    below, above = np.split(_running_area(axis, values, edges), 2, axis=1)
    # A band at the very end of a scan has no room around it and is the scan there.
    means = np.where(
        room < least, _heights(axis, values, centres), (above - below) / (2 * half)
    )
    return means.astype(np.float32)


def _check_reach(axis: NDArray[np.float64], grid: WavelengthGrid) -> None:
    slack = grid.step * REACH_WITHIN_STEPS
    if axis[0] > grid.first + slack or axis[-1] < grid.last - slack:
        raise SpectrumError(
            f"expected a scan over {grid.first:g} to {grid.last:g} {grid.unit}, "
            f"found {axis[0]:g} to {axis[-1]:g} {grid.unit}"
        )


def _in_unit_of(
    grid: WavelengthGrid, spectrum: Spectrum
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    if grid.unit == "nm":
        return spectrum.wavelengths_nm, spectrum.reflectance
    wavenumbers = WAVENUMBERS_PER_CM / spectrum.wavelengths_nm
    return wavenumbers[::-1], spectrum.reflectance[::-1]


def _running_area(
    axis: NDArray[np.float64], rows: NDArray[np.float64], at: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Integrate the straight lines through `rows` from the axis' start up to `at`."""
    widths = np.diff(axis)
    trapezia = (rows[:, 1:] + rows[:, :-1]) / 2 * widths
    before = np.concatenate(
        [np.zeros((len(rows), 1)), np.cumsum(trapezia, axis=1)], axis=1
    )
    piece = _pieces(axis, at)
    inside = at - axis[piece]
    slope = (rows[:, piece + 1] - rows[:, piece]) / widths[piece]
    partial: NDArray[np.float64] = inside * (rows[:, piece] + slope * inside / 2)
    return before[:, piece] + partial


def _heights(
    axis: NDArray[np.float64], rows: NDArray[np.float64], at: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Read the straight lines through `rows` at `at`."""
    piece = _pieces(axis, at)
    share = (at - axis[piece]) / (axis[piece + 1] - axis[piece])
    heights: NDArray[np.float64] = (
        rows[:, piece] * (1 - share) + rows[:, piece + 1] * share
    )
    return heights


def _pieces(axis: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return which straight line each of `at` lies on."""
    return np.clip(np.searchsorted(axis, at, side="right") - 1, 0, axis.size - 2)
