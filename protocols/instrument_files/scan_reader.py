"""The reader for a file, by its name's ending; the file itself must agree."""

from collections.abc import Callable

import numpy as np

from protocols.errors import InstrumentFileError
from protocols.instrument_files.asd import read_asd
from protocols.instrument_files.file_names import ENDINGS, ending_of, is_opus_number
from protocols.instrument_files.instrument_scan import InstrumentScan
from protocols.instrument_files.jcamp_dx import read_jcamp_dx
from protocols.instrument_files.opus import read_opus
from protocols.instrument_files.plain_columns import read_plain_columns
from protocols.instrument_files.spectra_vista import read_spectra_vista
from protocols.instrument_files.spectral_evolution import read_spectral_evolution
from protocols.limits import MAX_SCAN_FILE_BYTES

Reader = Callable[[bytes, str], InstrumentScan]

READERS: dict[str, Reader] = {
    ".asd": read_asd,
    ".sed": read_spectral_evolution,
    ".sig": read_spectra_vista,
    ".jdx": read_jcamp_dx,
    ".dx": read_jcamp_dx,
    ".csv": read_plain_columns,
    ".dpt": read_plain_columns,
}


def read_instrument_file(name: str, data: bytes) -> InstrumentScan:
    """Read one scan, or refuse it."""
    ending = ending_of(name)
    reader = read_opus if is_opus_number(ending) else READERS.get(ending)
    if reader is None:
        raise InstrumentFileError(
            f"expected a scan file that ends with {', '.join(ENDINGS)} or an OPUS "
            f"number, found {name}"
        )
    if len(data) > MAX_SCAN_FILE_BYTES:
        raise InstrumentFileError(
            f"expected a scan file of at most {MAX_SCAN_FILE_BYTES} bytes, found "
            f"{len(data)} in {name}"
        )
    # Absurd numbers become infinite; whoever uses the scan refuses those.
    with np.errstate(all="ignore"):
        return reader(data, name)
