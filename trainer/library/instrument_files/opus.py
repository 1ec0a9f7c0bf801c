"""Bruker OPUS files, through the package brukeropus (MIT)."""

from pathlib import Path
from typing import Any

import numpy as np

from trainer.errors import LibraryError
from trainer.library.instrument_files.instrument_scan import InstrumentScan
from trainer.library.recognition.quantity import Quantity
from trainer.library.recognition.spectral_axis import AxisUnit

MAGIC = b"\x0a\x0a\xfe\xfe"
BLOCKS: tuple[tuple[str, Quantity], ...] = (("a", "absorbance"), ("r", "fraction"))
UNITS: dict[str, AxisUnit] = {"WN": "cm-1", "WL": "um"}


def read_opus_file(path: Path) -> InstrumentScan:
    """Read absorbance or reflectance; single channels and interferograms are not."""
    from brukeropus import read_opus  # noqa: PLC0415 - only where such a file is read

    if not path.read_bytes()[:4] == MAGIC:
        raise LibraryError(f"expected a Bruker OPUS file in {path.name}, found another")
    file = read_opus(str(path))
    found = [
        (getattr(file, key), key, quantity)
        for key, quantity in BLOCKS
        if key in file.data_keys
    ]
    if len(found) != 1:
        kinds = ", ".join(file.data_keys) or "nothing"
        raise LibraryError(
            f"expected absorbance (a) or reflectance (r) in {path.name}, found "
            f"{kinds}; save one of them with OPUS"
        )
    return _scan_of(*found[0], path)


def _scan_of(block: Any, key: str, quantity: Quantity, path: Path) -> InstrumentScan:  # noqa: ANN401 - brukeropus has no types
    unit = UNITS.get(block.params.dxu)
    if unit is None:
        raise LibraryError(
            f"expected wavenumbers or wavelengths in {path.name}, found "
            f"{block.params.dxu}"
        )
    return InstrumentScan(
        positions=np.asarray(block.x, np.float64),
        values=np.asarray(block.y, np.float32),
        unit=unit,
        quantity=quantity,
        evidence=f"Bruker OPUS block {key!r}",
    )
