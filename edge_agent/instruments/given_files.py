"""The scans in a file that somebody names: an instrument's file, or a table of many.

A table is known by its columns, `scan_visnir.<nm>_ref` or `scan_mir.<1/cm>_abs`, and is
read row by row. Whatever cannot be read is told apart from the rest and stops nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from edge_agent.errors import ScanRefusedError
from edge_agent.instruments.scan_file import ScanFile, read_scan_file
from edge_agent.instruments.scan_table import columns_of, rows_of
from protocols.limits import MAX_SCAN_FILE_BYTES

TABLE_SUFFIX = ".csv"


@dataclass(frozen=True)
class RefusedScan:
    """A scan of a table that cannot be read, and why."""

    sample: str
    reason: str


def scans_in(path: Path) -> Iterator[ScanFile | RefusedScan]:
    """Yield the scans of a file, or refuse the file with a `ScanRefusedError`."""
    try:
        columns = columns_of(path) if path.suffix.lower() == TABLE_SUFFIX else None
        if columns is None:
            with path.open("rb") as file:
                data = file.read(MAX_SCAN_FILE_BYTES + 1)
            yield read_scan_file(path.name, data)
            return
    except OSError as error:
        reason = error.strerror or str(error)
        raise ScanRefusedError(
            f"expected a file of scans at {path}, found none that can be read: {reason}"
        ) from error
    for row in rows_of(path, columns):
        if row.spectrum is None:
            yield RefusedScan(row.sample, row.refusal)
        else:
            yield ScanFile(row.sample, None, row.spectrum, columns.said)
