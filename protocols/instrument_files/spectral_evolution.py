"""Spectral Evolution files (`.sed`): a header, a line of column names, a table."""

import numpy as np

from protocols.errors import InstrumentFileError
from protocols.instrument_files.instrument_scan import InstrumentScan, Quantity
from protocols.instrument_files.number_lines import SHOWN, lines_of, numbers_in

START = "Data:"
WAVELENGTH = "Wvl"
REFLECTANCES: dict[str, Quantity] = {
    "Reflect. %": "percent",
    "Reflect. [1.0]": "fraction",
}


def read_spectral_evolution(data: bytes, name: str) -> InstrumentScan:
    """Read the reflectance column; counts and radiance beside it are left alone."""
    lines = [line.strip() for line in lines_of(data)]
    if START not in lines:
        raise InstrumentFileError(
            f"expected a Spectral Evolution file with a line {START!r} in {name}, "
            "found none"
        )
    at = lines.index(START) + 1
    names = [one.strip() for one in lines[at].split("\t")] if at < len(lines) else []
    column = next((one for one in names if one in REFLECTANCES), None)
    if column is None or names[0] != WAVELENGTH:
        raise InstrumentFileError(
            f"expected the columns {WAVELENGTH} and one of {', '.join(REFLECTANCES)} "
            f"in {name}, found {', '.join(one[:SHOWN] for one in names[:8])}; save it "
            "as reflectance"
        )
    table = numbers_in(lines[at + 1 :], len(names), None, name)
    return InstrumentScan(
        positions=table[:, 0],
        values=table[:, names.index(column)].astype(np.float32),
        unit="nm",
        quantity=REFLECTANCES[column],
        evidence=f"Spectral Evolution column {column!r}",
    )
