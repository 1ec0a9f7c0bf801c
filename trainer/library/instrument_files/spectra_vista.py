"""Spectra Vista files (`.sig`): wavelength, reference, target, reflectance in percent.

Where the detectors overlap the wavelengths turn back; the axis rule refuses such a scan
with the advice to let the instrument's software match the overlap.
"""

from pathlib import Path

import numpy as np

from trainer.errors import LibraryError
from trainer.library.instrument_files.instrument_scan import InstrumentScan
from trainer.library.instrument_files.number_lines import numbers_in, read_lines

FIRST_LINE = "/*** Spectra Vista SIG Data ***/"
START = "data="
COLUMNS = 4
ROUNDING = 0.02
"""Of reflectance in percent, which is written with two digits."""

ENOUGH = 100.0
"""Counts above which the digits that are written say something about the ratio."""


def read_spectra_vista(path: Path) -> InstrumentScan:
    """Read the reflectance, once it is what reference and target make of it."""
    lines = [line.strip() for line in read_lines(path)]
    if not lines or lines[0] != FIRST_LINE or START not in lines:
        raise LibraryError(
            f"expected a Spectra Vista file that begins with {FIRST_LINE!r} in "
            f"{path.name}, found {lines[0][:40] if lines else 'nothing'!r}"
        )
    table = numbers_in(lines[lines.index(START) + 1 :], COLUMNS, None, path)
    _, reference, target, percent = table.T
    bright = reference > ENOUGH
    worst = np.abs(100 * target[bright] / reference[bright] - percent[bright])
    if worst.size and float(worst.max()) > ROUNDING:
        raise LibraryError(
            f"expected reflectance in percent in the last column of {path.name}, found "
            f"it {worst.max():.2f} away from target over reference; export it anew"
        )
    return InstrumentScan(
        positions=table[:, 0],
        values=percent.astype(np.float32),
        unit="nm",
        quantity="percent",
        evidence="Spectra Vista reflectance, target over reference",
    )
