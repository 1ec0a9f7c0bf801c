"""Two columns of numbers: a position and a value; a first line may name them."""

from pathlib import Path

import numpy as np

from trainer.errors import LibraryError
from trainer.library.instrument_files.instrument_scan import InstrumentScan
from trainer.library.instrument_files.number_lines import numbers_in, read_lines

COLUMNS = 2


def read_plain_csv(path: Path) -> InstrumentScan:
    """Read a scan whose file says nothing of units; they are told from its numbers."""
    lines = [line for line in read_lines(path) if line.strip()]
    separator = _separator(lines, path)
    start = 0 if _is_numbers(lines[0], separator) else 1
    found = numbers_in(lines[start:], COLUMNS, separator, path)
    return InstrumentScan(
        positions=found[:, 0],
        values=found[:, 1].astype(np.float32),
        unit=None,
        quantity=None,
        evidence="two columns of numbers",
    )


def _separator(lines: list[str], path: Path) -> str:
    if not lines:
        raise LibraryError(f"expected lines of numbers in {path.name}, found none")
    for separator in (",", ";", "\t"):
        if lines[-1].count(separator) == COLUMNS - 1:
            return separator
    raise LibraryError(
        f"expected two columns in {path.name}, found {lines[-1][:40]!r}; a table of "
        "many scans is imported by its own path"
    )


def _is_numbers(line: str, separator: str) -> bool:
    try:
        [float(text) for text in line.split(separator)]
    except ValueError:
        return False
    return True
