"""Instruments' files on the disk, read by what cloud and devices share."""

from pathlib import Path

from protocols.errors import InstrumentFileError
from protocols.instrument_files.file_names import is_scan_name
from protocols.instrument_files.instrument_scan import InstrumentScan
from protocols.instrument_files.scan_reader import read_instrument_file
from protocols.limits import MAX_SCAN_FILE_BYTES
from trainer.errors import LibraryError


def is_scan_file(path: Path) -> bool:
    """Say whether there is a reader for such a name."""
    return is_scan_name(path.name)


def read_scan(path: Path) -> InstrumentScan:
    """Read one scan, or refuse it."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SCAN_FILE_BYTES + 1)
    except OSError as error:
        raise LibraryError(f"expected a scan at {path}: {error}") from error
    try:
        return read_instrument_file(path.name, data)
    except InstrumentFileError as error:
        raise LibraryError(str(error)) from error
