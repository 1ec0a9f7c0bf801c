"""Which way a spectral axis runs, in which unit, and whether its steps are even.

Soil instruments work at 350 to 2500 nm and 12,000 to 400 1/cm. An axis that fits both
is refused unless its unit is stated.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from protocols.instrument_files.instrument_scan import AxisUnit
from protocols.instrument_files.reflectance import NM_PER_MICROMETRE
from protocols.wavelength_grid import WAVENUMBERS_PER_CM, WavelengthGrid
from trainer.errors import LibraryError
from trainer.library.recognition.finding import Finding

GridUnit = Literal["nm", "cm-1"]

LARGEST_MICROMETRE = 30.0
SHORTEST_NM, LONGEST_NM = 250.0, 2600.0
LARGEST_WAVENUMBER = 15_000.0
FEWEST_BANDS = 2
EVEN_WITHIN_STEPS = 0.02
STEP_DIGITS = 3
ROUNDING_STEPS = 1e-4
STATED = "stated by the columns' names, the file or a map"


@dataclass(frozen=True, eq=False)
class SpectralAxis:
    """An axis as the library uses it.

    Attributes:
        positions: Ascending, in `unit`.
        order: The source's columns in this order.
        unit: Nanometres or wavenumbers; micrometres are turned into nanometres.
        finding: What was seen.
    """

    positions: NDArray[np.float64]
    order: NDArray[np.intp]
    unit: GridUnit
    finding: Finding

    @property
    def nanometres(self) -> NDArray[np.float64]:
        """The wavelength of every position, in its order."""
        if self.unit == "nm":
            return self.positions
        wavelengths: NDArray[np.float64] = WAVENUMBERS_PER_CM / self.positions
        return wavelengths

    def own_grid(self) -> WavelengthGrid:
        """Return the even grid that is nearest to the axis' own steps."""
        first, last = float(self.positions[0]), float(self.positions[-1])
        step = round(float(np.median(np.diff(self.positions))), STEP_DIGITS)
        bands = int((last - first) / step + ROUNDING_STEPS) + 1
        return WavelengthGrid(first=first, step=step, bands=bands, unit=self.unit)


def recognise_axis(
    positions: NDArray[np.float64], stated: AxisUnit | None = None
) -> SpectralAxis:
    """Return the axis in ascending order, or refuse what cannot be told."""
    _check_positions(positions)
    direction = _direction(positions)
    unit, evidence = (stated, STATED) if stated else _unit_of(positions, direction)
    order = np.argsort(positions, kind="stable")
    ascending = positions[order] * (NM_PER_MICROMETRE if unit == "um" else 1.0)
    verdict = (
        f"{positions.min():g} to {positions.max():g} {unit}, {direction}, "
        f"{positions.size} bands, {_evenness(ascending)}"
    )
    return SpectralAxis(
        positions=ascending,
        order=order,
        unit="cm-1" if unit == "cm-1" else "nm",
        finding=Finding("axis", verdict, evidence),
    )


def _check_positions(positions: NDArray[np.float64]) -> None:
    if positions.size < FEWEST_BANDS or not np.isfinite(positions).all():
        raise LibraryError(
            f"expected {FEWEST_BANDS} finite positions or more on the spectral axis, "
            f"found {positions.size}"
        )
    if positions.min() <= 0:
        raise LibraryError(
            f"expected a spectral axis above 0, found {positions.min():g}"
        )


def _direction(positions: NDArray[np.float64]) -> str:
    steps = np.diff(positions)
    if (steps >= 0).all() or (steps <= 0).all():
        repeated = int((steps == 0).sum())
        if repeated:
            raise LibraryError(
                f"expected every position of the axis once, found {repeated} repeated"
            )
        return "ascending" if steps[0] > 0 else "descending"
    turned = min(int((steps < 0).sum()), int((steps > 0).sum()))
    raise LibraryError(
        f"expected an axis that ascends or descends, found it turning back {turned} "
        "times; where detectors overlap, let the instrument's software match them"
    )


def _unit_of(positions: NDArray[np.float64], direction: str) -> tuple[AxisUnit, str]:
    low, high = float(positions.min()), float(positions.max())
    if high <= LARGEST_MICROMETRE:
        return "um", f"nothing else ends at {high:g}"
    whole = bool(np.allclose(positions, np.round(positions, 1), atol=1e-6))
    if (
        low >= SHORTEST_NM
        and high <= LONGEST_NM
        and (direction == "ascending" or whole)
    ):
        return "nm", "within 250 to 2600, where visible and near-infrared soils lie"
    if LONGEST_NM < high <= LARGEST_WAVENUMBER:
        return "cm-1", f"reaches {high:g}, beyond near-infrared wavelengths in nm"
    raise LibraryError(
        f"expected an axis in nm, 1/cm or micrometres, found {low:g} to {high:g} "
        f"{direction}, which could be either; state its unit in a map (axis_unit)"
    )


def _evenness(ascending: NDArray[np.float64]) -> str:
    steps = np.diff(ascending)
    step = float(np.median(steps))
    if float(np.abs(steps - step).max()) <= EVEN_WITHIN_STEPS * step:
        return f"step {step:g}"
    return f"uneven steps of {steps.min():.3g} to {steps.max():.3g}"
