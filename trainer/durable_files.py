"""Files that are whole or not there, even when the power goes in between."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

PRIVATE = 0o600
PUBLIC = 0o644


def write_durably(path: Path, data: bytes, mode: int = PUBLIC) -> None:
    """Put `data` at `path` in one step: temporary file, fsync, rename, fsync folder."""
    write_all_durably(path.parent, {path.name: data}, mode)


def write_all_durably(
    folder: Path, files: Mapping[str, bytes], mode: int = PUBLIC
) -> None:
    """Put several files into one folder, each in one step; all are durable after it.

    Everything is written before anything is synced: the disk then syncs once for many.
    """
    written: dict[str, Path] = {}
    try:
        for name, data in files.items():
            written[name] = _write_beside(folder, name, data, mode)
        for name, temporary in written.items():
            _sync(temporary)
            temporary.replace(folder / name)
    finally:
        for temporary in written.values():
            temporary.unlink(missing_ok=True)
    _sync(folder)


def _write_beside(folder: Path, name: str, data: bytes, mode: int) -> Path:
    handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
    except OSError:
        Path(temporary).unlink()
        raise
    return Path(temporary)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
