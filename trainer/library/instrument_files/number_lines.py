"""Lines of numbers in a text file."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.errors import LibraryError


def read_lines(path: Path) -> list[str]:
    """Return a file's lines; instruments write Latin-1 where they write degrees."""
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return path.read_text(encoding="latin-1").splitlines()
    except OSError as error:
        raise LibraryError(f"expected a scan at {path}: {error}") from error


def numbers_in(
    lines: Iterable[str], columns: int, separator: str | None, path: Path
) -> NDArray[np.float64]:
    """Return [line, column] of all lines that are not empty, or refuse one."""
    rows = []
    for line in lines:
        if not line.strip():
            continue
        try:
            row = [float(text) for text in line.split(separator)]
        except ValueError as error:
            raise LibraryError(
                f"expected {columns} numbers a line in {path.name}, found {line!r}"
            ) from error
        if len(row) != columns:
            raise LibraryError(
                f"expected {columns} numbers a line in {path.name}, found {len(row)}"
            )
        rows.append(row)
    if not rows:
        raise LibraryError(f"expected lines of numbers in {path.name}, found none")
    return np.array(rows)
