"""ASD FieldSpec and LabSpec files (`.asd`), versions as7 and as8.

The layout is that of ASD's "Indico Version 8 File Format" (document 600570). Counts are
divided by the white reference that the same file carries; radiance and the rest are
refused.
"""

import struct

import numpy as np
from numpy.typing import NDArray

from protocols.errors import InstrumentFileError
from protocols.instrument_files.instrument_scan import InstrumentScan

VERSIONS = (b"as7", b"as8")
HEADER_BYTES = 484
DATA_TYPE_AT, FIRST_NM_AT, STEP_AT, FORMAT_AT, BANDS_AT = 186, 191, 195, 199, 204
RAW, REFLECTANCE = 0, 1
FORMATS = {0: "<f4", 1: "<i4", 2: "<f8"}
REFERENCE_FLAG_BYTES, REFERENCE_TIMES_BYTES = 2, 16
LARGEST_FRACTION = 1.5
"""No soil reflects more; what is above is counts."""


def read_asd(data: bytes, name: str) -> InstrumentScan:
    """Read the reflectance of one file."""
    if data[:3] not in VERSIONS:
        raise InstrumentFileError(
            f"expected an ASD file of version as7 or as8 in {name}, found "
            f"{data[:3]!r}; export it as text"
        )
    try:
        return _scan_of(data, name)
    except (struct.error, ValueError, IndexError) as error:
        raise InstrumentFileError(
            f"expected a whole ASD file in {name}, found {len(data)} bytes: {error}"
        ) from error


def _scan_of(data: bytes, name: str) -> InstrumentScan:
    kind, form = data[DATA_TYPE_AT], data[FORMAT_AT]
    (first,) = struct.unpack_from("<f", data, FIRST_NM_AT)
    (step,) = struct.unpack_from("<f", data, STEP_AT)
    (bands,) = struct.unpack_from("<H", data, BANDS_AT)
    if kind not in (RAW, REFLECTANCE) or form not in FORMATS:
        raise InstrumentFileError(
            f"expected raw counts or reflectance in {name}, found data type "
            f"{kind} in format {form}; save it as reflectance"
        )
    target = np.frombuffer(data, FORMATS[form], bands, HEADER_BYTES)
    reference = _reference(data, HEADER_BYTES + target.nbytes, FORMATS[form], bands)
    reflectance, evidence = _reflectance(target, reference, kind, name)
    return InstrumentScan(
        positions=first + step * np.arange(bands, dtype=np.float64),
        values=reflectance.astype(np.float32),
        unit="nm",
        quantity="fraction",
        evidence=evidence,
    )


def _reference(
    data: bytes, at: int, form: str, bands: int
) -> NDArray[np.float64] | None:
    """Return the white reference that follows the spectrum, where there is one."""
    (is_taken,) = struct.unpack_from("<H", data, at)
    at += REFERENCE_FLAG_BYTES + REFERENCE_TIMES_BYTES
    (text_bytes,) = struct.unpack_from("<H", data, at)
    if not is_taken:
        return None
    found = np.frombuffer(data, form, bands, at + 2 + text_bytes)
    return found.astype(np.float64)


def _reflectance(
    target: NDArray[np.float64],
    reference: NDArray[np.float64] | None,
    kind: int,
    name: str,
) -> tuple[NDArray[np.float64], str]:
    counts = float(target.max()) > LARGEST_FRACTION
    if not counts and kind == REFLECTANCE:
        return target, "ASD reflectance"
    if reference is None or not (reference > 0).all():
        raise InstrumentFileError(
            f"expected a white reference above 0 at every band of {name}, found "
            "none; save it as reflectance"
        )
    return target / reference, "ASD counts over the file's own white reference"
