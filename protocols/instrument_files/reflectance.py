"""From what an instrument's file says to reflectance, a fraction, over nanometres.

Percent and absorbance are converted exactly where the file itself says that it holds
them; what a file leaves open is refused.
"""

import numpy as np
from numpy.typing import NDArray

from protocols.errors import InstrumentFileError, SpectrumError
from protocols.instrument_files.instrument_scan import (
    AxisUnit,
    InstrumentScan,
    Quantity,
)
from protocols.spectrum import Spectrum, spectrum_of
from protocols.wavelength_grid import WAVENUMBERS_PER_CM

PERCENT = 100.0
NM_PER_MICROMETRE = 1000.0


def as_fraction(
    spectra: NDArray[np.float32], quantity: Quantity
) -> NDArray[np.float32]:
    """Return reflectance as a fraction; absorbance is log10(1/R)."""
    if quantity == "percent":
        return spectra / np.float32(PERCENT)
    if quantity == "absorbance":
        return np.power(np.float32(10), -spectra)
    return spectra


def as_nanometres(
    positions: NDArray[np.float64], unit: AxisUnit
) -> NDArray[np.float64]:
    """Return positions as wavelengths in nanometres, in the same order."""
    if unit == "cm-1":
        return WAVENUMBERS_PER_CM / positions
    return positions * (NM_PER_MICROMETRE if unit == "um" else 1.0)


def reflectance_of(scan: InstrumentScan) -> Spectrum:
    """Return a scan's reflectance, or refuse one whose file does not say enough."""
    if scan.unit is None or scan.quantity is None:
        missing = "unit of its axis" if scan.unit is None else "quantity"
        raise InstrumentFileError(
            f"expected a file that says the {missing}, found {scan.evidence}; write "
            "`wavelength_nm,reflectance` (a fraction) above the numbers, or save the "
            "scan in the instrument's own format"
        )
    _check_direction(scan.positions)
    with np.errstate(all="ignore"):
        axis = as_nanometres(scan.positions, scan.unit)
        values = as_fraction(scan.values, scan.quantity)
    try:
        return spectrum_of(axis, values)
    except SpectrumError as error:
        raise InstrumentFileError(str(error)) from error


def _check_direction(positions: NDArray[np.float64]) -> None:
    steps = np.diff(positions)
    turned = min(int((steps < 0).sum()), int((steps > 0).sum()))
    if turned:
        raise InstrumentFileError(
            f"expected an axis that ascends or descends, found it turning back "
            f"{turned} times; where detectors overlap, let the instrument's software "
            "match them"
        )
