"""Lines of numbers in a text file."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from protocols.errors import InstrumentFileError
from protocols.limits import MAX_BANDS

SHOWN = 40


def lines_of(data: bytes) -> list[str]:
    """Return a file's lines; instruments write Latin-1 where they write degrees."""
    try:
        return data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return data.decode("latin-1").splitlines()


def numbers_in(
    lines: Iterable[str], columns: int, separator: str | None, name: str
) -> NDArray[np.float64]:
    """Return [line, column] of all lines that are not empty, or refuse one."""
    rows: list[list[float]] = []
    for line in lines:
        if not line.strip():
            continue
        row = _numbers(line, separator)
        if row is None or len(row) != columns:
            raise InstrumentFileError(
                f"expected {columns} numbers a line in {name}, found {line[:SHOWN]!r}"
            )
        if len(rows) == MAX_BANDS:
            raise InstrumentFileError(
                f"expected at most {MAX_BANDS} bands in {name}, found more"
            )
        rows.append(row)
    if not rows:
        raise InstrumentFileError(f"expected lines of numbers in {name}, found none")
    return np.array(rows)


def is_numbers(line: str, separator: str | None) -> bool:
    """Say whether a line holds numbers and nothing else."""
    return _numbers(line, separator) is not None


def _numbers(line: str, separator: str | None) -> list[float] | None:
    try:
        return [float(text) for text in line.split(separator)]
    except ValueError:
        return None
