"""Whether numbers are reflectance as a fraction, in percent, or absorbance.

Percent is told by its size. Fraction and absorbance share the range 0 to 1.5, so there
the shape decides: water and clay make dips in reflectance and peaks in absorbance, and
soils grow brighter from blue to red. Where shape says nothing, nothing is assumed.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from protocols.instrument_files.instrument_scan import Quantity
from protocols.instrument_files.reflectance import PERCENT
from trainer.errors import LibraryError
from trainer.library.recognition.finding import Finding
from trainer.library.recognition.spectral_axis import STATED

LARGEST_FRACTION = 1.5
LARGEST_ABSORBANCE = 6.0
LARGEST_PERCENT = 150.0
SMALLEST = -0.5
LEAST_MEDIAN_PERCENT = 4.0
SURE_SHARE = 0.8
CLEAR_CONTRAST = 2e-3

_ABSORBING_NM = (
    (1414.0, 1340.0, 1530.0),
    (1920.0, 1830.0, 2110.0),
    (2206.0, 2130.0, 2260.0),
    (2762.0, 2650.0, 3900.0),
)
"""Water and hydroxyl: the middle of a band and its two shoulders."""

_BLUE_TO_RED_NM = (460.0, 700.0)
REACH_NM = 15.0


def recognise_quantity(
    spectra: NDArray[np.float32],
    wavelengths_nm: NDArray[np.float64],
    stated: Quantity | None = None,
) -> tuple[Quantity, Finding]:
    """Tell the quantity of `spectra` [soil, band], or refuse; a statement is checked.

    Rows with gaps are left out; a twentieth of a percent of stray values at either end
    decides nothing.
    """
    rows = spectra[np.isfinite(spectra).all(axis=1)]
    if rows.size == 0:
        raise LibraryError("expected scans without gaps, found none among the first")
    low, middle, high = (float(one) for one in np.quantile(rows, (5e-4, 0.5, 0.9995)))
    size = f"{low:.3g} to {high:.3g}, median {middle:.3g}"
    if stated:
        _check_statement(stated, low, middle, high)
        return stated, Finding("quantity", stated, f"{STATED}; values {size}")
    quantity, evidence = _tell(rows, wavelengths_nm, (low, middle, high))
    return quantity, Finding("quantity", quantity, f"values {size}{evidence}")


def _tell(
    rows: NDArray[np.float32],
    wavelengths_nm: NDArray[np.float64],
    size: tuple[float, float, float],
) -> tuple[Quantity, str]:
    low, middle, high = size
    if low >= SMALLEST and LEAST_MEDIAN_PERCENT < middle <= high <= LARGEST_PERCENT:
        return "percent", ", more than absorbance or a fraction can be"
    votes, asked = _reflectance_votes(rows, wavelengths_nm)
    in_reach = low >= SMALLEST and high <= LARGEST_ABSORBANCE
    if asked and in_reach and votes <= 1 - SURE_SHARE:
        return "absorbance", f"; {1 - votes:.0%} of {asked} shapes peak where soil does"
    if asked and 0 <= low <= high <= LARGEST_FRACTION and votes >= SURE_SHARE:
        return "fraction", f"; {votes:.0%} of {asked} shapes dip where soil absorbs"
    raise LibraryError(
        f"expected reflectance (fraction or percent) or absorbance, found values "
        f"{low:g} to {high:g}, median {middle:g}, and {votes:.0%} of "
        f"{asked} shapes like reflectance; state `quantity` in a map"
    )


def _check_statement(stated: Quantity, low: float, middle: float, high: float) -> None:
    possible = {
        "fraction": low >= SMALLEST and high <= LARGEST_FRACTION,
        "percent": low >= SMALLEST * PERCENT and high > LARGEST_FRACTION,
        "absorbance": low >= SMALLEST and high <= LARGEST_ABSORBANCE,
    }
    if not possible[stated]:
        raise LibraryError(
            f"expected {stated}, as is stated, found values {low:g} to {high:g}, "
            f"median {middle:g}; correct the statement or the source"
        )


def _reflectance_votes(
    rows: NDArray[np.float32], wavelengths_nm: NDArray[np.float64]
) -> tuple[float, int]:
    """Return which share of the shapes that stand out look like reflectance."""
    contrasts = list(_contrasts(rows, wavelengths_nm))
    if not contrasts:
        return 0.5, 0
    found = np.concatenate(contrasts)
    clear = found[np.abs(found) > CLEAR_CONTRAST]
    return float(np.mean(clear > 0)) if clear.size else 0.5, clear.size


def _contrasts(
    rows: NDArray[np.float32], wavelengths_nm: NDArray[np.float64]
) -> Iterator[NDArray[np.float32]]:
    """Yield how much brighter the shoulders are than the band, and red than blue."""
    for middle, left, right in _ABSORBING_NM:
        if all(_covers(wavelengths_nm, one) for one in (middle, left, right)):
            both = _at(rows, wavelengths_nm, left) + _at(rows, wavelengths_nm, right)
            yield _relative(both, 2 * _at(rows, wavelengths_nm, middle))
    blue, red = _BLUE_TO_RED_NM
    if _covers(wavelengths_nm, blue) and _covers(wavelengths_nm, red):
        yield _relative(_at(rows, wavelengths_nm, red), _at(rows, wavelengths_nm, blue))


def _relative(
    more: NDArray[np.float32], less: NDArray[np.float32]
) -> NDArray[np.float32]:
    size = np.abs(more) + np.abs(less) + np.finfo(np.float32).tiny
    contrast: NDArray[np.float32] = 2 * (more - less) / size
    return contrast


def _covers(wavelengths_nm: NDArray[np.float64], nm: float) -> bool:
    return bool(np.abs(wavelengths_nm - nm).min() <= REACH_NM)


def _at(
    rows: NDArray[np.float32], wavelengths_nm: NDArray[np.float64], nm: float
) -> NDArray[np.float32]:
    """Return the mean of each row near one wavelength."""
    near = np.abs(wavelengths_nm - nm) <= REACH_NM
    mean: NDArray[np.float32] = rows[:, near].mean(axis=1)
    return mean
