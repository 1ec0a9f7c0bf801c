"""All spectra of a library in one flat file: little-endian float32, row after row.

It only ever grows. What lies beyond the rows that the manifest counts was written by an
import that did not get there, and is cut off by the next one.
"""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.errors import LibraryError

SPECTRA_FILE = "spectra.f32"
BYTES_A_VALUE = 4


def append_spectra(folder: Path, spectra: NDArray[np.float32], rows: int) -> None:
    """Put `spectra` [soil, band] behind the first `rows` rows, durably."""
    path = folder / SPECTRA_FILE
    path.touch()
    with path.open("r+b") as file:
        file.truncate(rows * spectra.shape[1] * BYTES_A_VALUE)
        file.seek(0, os.SEEK_END)
        file.write(np.ascontiguousarray(spectra, dtype="<f4").data)
        file.flush()
        os.fsync(file.fileno())


def map_spectra(folder: Path, rows: int, bands: int) -> NDArray[np.float32]:
    """Return the first `rows` spectra without reading them; they cannot be changed."""
    path = folder / SPECTRA_FILE
    if rows == 0:
        return np.empty((0, bands), np.float32)
    expected = rows * bands * BYTES_A_VALUE
    found = path.stat().st_size if path.exists() else 0
    if found < expected:
        raise LibraryError(
            f"expected {expected} bytes of spectra at {path}, found {found}; the file "
            "was cut short, import the library anew"
        )
    return np.asarray(np.memmap(path, "<f4", "r", shape=(rows, bands)))
