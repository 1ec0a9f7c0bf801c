"""Spectra Vista files (`.sig`): wavelength, reference, target, reflectance in percent.

Where the detectors overlap the wavelengths turn back; whoever uses such a scan refuses
it with the advice to let the instrument's software match the overlap.
"""

import numpy as np

from protocols.errors import InstrumentFileError
from protocols.instrument_files.instrument_scan import InstrumentScan
from protocols.instrument_files.number_lines import SHOWN, lines_of, numbers_in

FIRST_LINE = "/*** Spectra Vista SIG Data ***/"
START = "data="
COLUMNS = 4
ROUNDING = 0.02
"""Of reflectance in percent, which is written with two digits."""

ENOUGH = 100.0
"""Counts above which the digits that are written say something about the ratio."""


def read_spectra_vista(data: bytes, name: str) -> InstrumentScan:
    """Read the reflectance, once it is what reference and target make of it."""
    lines = [line.strip() for line in lines_of(data)]
    if not lines or lines[0] != FIRST_LINE or START not in lines:
        raise InstrumentFileError(
            f"expected a Spectra Vista file that begins with {FIRST_LINE!r} in "
            f"{name}, found {lines[0][:SHOWN] if lines else 'nothing'!r}"
        )
    table = numbers_in(lines[lines.index(START) + 1 :], COLUMNS, None, name)
    _, reference, target, percent = table.T
    bright = reference > ENOUGH
    worst = np.abs(100 * target[bright] / reference[bright] - percent[bright])
    if worst.size and not float(worst.max()) <= ROUNDING:
        raise InstrumentFileError(
            f"expected reflectance in percent in the last column of {name}, found "
            f"it {worst.max():.2f} away from target over reference; export it anew"
        )
    return InstrumentScan(
        positions=table[:, 0],
        values=percent.astype(np.float32),
        unit="nm",
        quantity="percent",
        evidence="Spectra Vista reflectance, target over reference",
    )
