"""One scan as an instrument's file holds it, as reflectance over nanometres.

The readers are those of the cloud (`protocols.instrument_files`). Percent, absorbance
and wavenumbers are converted exactly where the file itself says that it holds them, and
`ScanFile.said` repeats that; what a file leaves open is refused by name.
"""

from dataclasses import dataclass

from edge_agent.errors import ScanRefusedError
from edge_agent.instruments.sample_name import sample_from_file
from protocols.errors import IdentifierError, InstrumentFileError
from protocols.identifiers import checked_sample_id
from protocols.instrument_files.instrument_scan import InstrumentScan
from protocols.instrument_files.reflectance import reflectance_of
from protocols.instrument_files.scan_reader import read_instrument_file
from protocols.messages import Instrument
from protocols.spectrum import Spectrum


@dataclass(frozen=True, eq=False)
class ScanFile:
    """One scan as its file says it.

    Attributes:
        sample: The sample's name; made of the file's where the file names none.
        instrument: What measured it, if the file says so.
        spectrum: Reflectance as a fraction.
        said: What the file says that its numbers are, and where.
    """

    sample: str
    instrument: Instrument | None
    spectrum: Spectrum
    said: str


def read_scan_file(name: str, data: bytes) -> ScanFile:
    """Read a scan file, or refuse it saying what was expected and found."""
    try:
        scan = read_instrument_file(name, data)
        return ScanFile(
            sample=_sample(scan, name),
            instrument=scan.instrument,
            spectrum=reflectance_of(scan),
            said=f"{scan.quantity} over {scan.unit} ({scan.evidence})",
        )
    except InstrumentFileError as error:
        raise ScanRefusedError(str(error)) from error


def _sample(scan: InstrumentScan, name: str) -> str:
    if scan.sample is None:
        return sample_from_file(name)
    try:
        return checked_sample_id(scan.sample)
    except IdentifierError as error:
        raise ScanRefusedError(f"the sample's name: {error}") from error
