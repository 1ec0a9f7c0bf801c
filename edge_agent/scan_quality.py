"""The quality gate: whether a scan may become a reading at all.

Every refusal names what was expected and what was found. Limits are wide: the gate
catches broken scans and wrong units, the model's novelty catches foreign soils.
"""

import numpy as np
from numpy.typing import NDArray

from edge_agent.errors import ScanRefusedError
from protocols.spectrum import Spectrum

FEWEST_BANDS = 10
SHORTEST_NM = 150.0
LONGEST_NM = 30_000.0
PERCENT_MEDIAN = 1.5
"""No soil reflects more than everything; in percent even a dark one shows more."""

SATURATED_ABOVE = 1.2
MOST_AT_THE_TOP = 0.05
"""A clipped detector repeats its largest value; a real scan hardly does."""

NOISE_BELOW_ZERO = -0.05
MOST_NEGATIVE = 0.02
SMALLEST_SPAN = 1e-4

Values = NDArray[np.float32]


def check_quality(spectrum: Spectrum) -> None:
    """Refuse a scan that must not become a reading."""
    values = spectrum.reflectance
    if values.size < FEWEST_BANDS:
        raise ScanRefusedError(
            f"too few bands: expected at least {FEWEST_BANDS}, found {values.size}"
        )
    _check_axis(spectrum.wavelengths_nm)
    _check_numbers(values)
    _check_unit(values)
    _check_dead(values)
    _check_saturation(values)
    _check_negative(values)


def _check_axis(wavelengths_nm: NDArray[np.float64]) -> None:
    first, last = float(wavelengths_nm[0]), float(wavelengths_nm[-1])
    if first < SHORTEST_NM or last > LONGEST_NM:
        raise ScanRefusedError(
            f"wrong axis: expected wavelengths from {SHORTEST_NM:g} to {LONGEST_NM:g} "
            f"nm, found {first:g} to {last:g}"
        )


def _check_numbers(values: Values) -> None:
    missing = int(np.count_nonzero(~np.isfinite(values)))
    if missing:
        raise ScanRefusedError(
            f"not a number: expected a value for every band, found {missing} of "
            f"{values.size} without"
        )


def _check_unit(values: Values) -> None:
    median = _median(values)
    if median > PERCENT_MEDIAN:
        raise ScanRefusedError(
            f"looks like percent: expected reflectance as a fraction from 0 to 1, "
            f"found a median of {median:.3g}; set the instrument to fractions"
        )


def _median(values: Values) -> float:
    """Return the median as numpy does, which would load masked arrays: 10 ms."""
    middle = (values.size - 1) // 2, values.size // 2
    ordered = np.partition(values, middle)
    return float(ordered[list(middle)].mean())


def _check_dead(values: Values) -> None:
    span = float(values.max() - values.min())
    if span < SMALLEST_SPAN:
        raise ScanRefusedError(
            f"dead sensor: expected values that differ by at least {SMALLEST_SPAN:g}, "
            f"found {span:.3g} between the smallest and the largest"
        )


def _check_saturation(values: Values) -> None:
    top = float(values.max())
    at_the_top = float(np.mean(values == top))
    too_bright = float(np.mean(values >= SATURATED_ABOVE))
    if at_the_top > MOST_AT_THE_TOP or too_bright > MOST_AT_THE_TOP:
        raise ScanRefusedError(
            f"saturated: expected at most {MOST_AT_THE_TOP:.0%} of the bands at the "
            f"largest value or above {SATURATED_ABOVE}, found "
            f"{max(at_the_top, too_bright):.0%} (largest value {top:.3g}); take a new "
            "white reference"
        )


def _check_negative(values: Values) -> None:
    below = float(np.mean(values < NOISE_BELOW_ZERO))
    if below > MOST_NEGATIVE:
        raise ScanRefusedError(
            f"negative: expected at most {MOST_NEGATIVE:.0%} of the bands below "
            f"{NOISE_BELOW_ZERO}, found {below:.0%}; take a new dark reference"
        )
