"""Spectral Evolution files (`.sed`): a header, a line of column names, a table."""

from pathlib import Path

import numpy as np

from trainer.errors import LibraryError
from trainer.library.instrument_files.instrument_scan import InstrumentScan
from trainer.library.instrument_files.number_lines import numbers_in, read_lines
from trainer.library.recognition.quantity import Quantity

START = "Data:"
WAVELENGTH = "Wvl"
REFLECTANCES: dict[str, Quantity] = {
    "Reflect. %": "percent",
    "Reflect. [1.0]": "fraction",
}


def read_spectral_evolution(path: Path) -> InstrumentScan:
    """Read the reflectance column; counts and radiance beside it are left alone."""
    lines = [line.strip() for line in read_lines(path)]
    if START not in lines:
        raise LibraryError(
            f"expected a Spectral Evolution file with a line {START!r} in {path.name}, "
            "found none"
        )
    at = lines.index(START) + 1
    names = [name.strip() for name in lines[at].split("\t")] if at < len(lines) else []
    column = next((name for name in names if name in REFLECTANCES), None)
    if column is None or names[0] != WAVELENGTH:
        raise LibraryError(
            f"expected the columns {WAVELENGTH} and one of {', '.join(REFLECTANCES)} "
            f"in {path.name}, found {', '.join(names)}; save it as reflectance"
        )
    table = numbers_in(lines[at + 1 :], len(names), None, path)
    return InstrumentScan(
        positions=table[:, 0],
        values=table[:, names.index(column)].astype(np.float32),
        unit="nm",
        quantity=REFLECTANCES[column],
        evidence=f"Spectral Evolution column {column!r}",
    )
