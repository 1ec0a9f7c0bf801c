"""Lines of numbers in a text file."""

from collections.abc import Iterable
from itertools import chain

import msgspec
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
    kept = list(filter(str.strip, lines))
    if separator == "," and (at_once := _numbers_at_once(kept, columns)) is not None:
        return at_once
    rows: list[list[float]] = []
    for line in kept:
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


def _numbers_at_once(lines: list[str], columns: int) -> NDArray[np.float64] | None:
    """Return the numbers of lines that JSON would take, in a fifth of the time.

    A sign, a point or a zero in front, or anything odd, is left to the slow way.
    """
    if not 0 < len(lines) <= MAX_BANDS:
        return None
    text = "[[" + "],[".join(lines) + "]]"
    try:
        rows = msgspec.json.decode(text, type=list[list[float]])
    except (msgspec.MsgspecError, ValueError):
        return None
    if len(rows) != len(lines) or set(map(len, rows)) != {columns}:
        return None
    flat = np.fromiter(chain.from_iterable(rows), np.float64, len(rows) * columns)
    return flat.reshape(len(rows), columns)


def _numbers(line: str, separator: str | None) -> list[float] | None:
    try:
        return [float(text) for text in line.split(separator)]
    except ValueError:
        return None
