"""The reader for a file, by its name's ending."""

import re
from collections.abc import Callable
from pathlib import Path

from trainer.errors import LibraryError
from trainer.library.instrument_files.asd import read_asd
from trainer.library.instrument_files.instrument_scan import InstrumentScan
from trainer.library.instrument_files.jcamp_dx import read_jcamp_dx
from trainer.library.instrument_files.opus import read_opus_file
from trainer.library.instrument_files.plain_csv import read_plain_csv
from trainer.library.instrument_files.spectra_vista import read_spectra_vista
from trainer.library.instrument_files.spectral_evolution import read_spectral_evolution

Reader = Callable[[Path], InstrumentScan]

READERS: dict[str, Reader] = {
    ".asd": read_asd,
    ".sed": read_spectral_evolution,
    ".sig": read_spectra_vista,
    ".jdx": read_jcamp_dx,
    ".dx": read_jcamp_dx,
    ".csv": read_plain_csv,
    ".dpt": read_plain_csv,
}
OPUS_ENDING = re.compile(r"^\.\d+$")


def is_scan_file(path: Path) -> bool:
    """Say whether there is a reader for such a name."""
    return _reader(path) is not None


def read_scan(path: Path) -> InstrumentScan:
    """Read one scan, or refuse it."""
    reader = _reader(path)
    if reader is None:
        known = ", ".join(READERS)
        raise LibraryError(
            f"expected a scan file that ends with {known} or an OPUS number, found "
            f"{path.name}"
        )
    return reader(path)


def _reader(path: Path) -> Reader | None:
    ending = path.suffix.lower()
    return read_opus_file if OPUS_ENDING.match(ending) else READERS.get(ending)
