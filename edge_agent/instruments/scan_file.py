"""Scan files as simple spectrometers write them: UTF-8 text, one band a row.

    # sample: A12
    # quantity: reflectance
    # instrument: maker/model/serial
    wavelength_nm,reflectance
    350,0.0812

Heading and comments may be missing: then the sample is the file's name and the quantity
must be plain from the values. What is said to be something else than reflectance as a
fraction is refused by name, never converted.
"""

from dataclasses import dataclass

import numpy as np

from edge_agent.errors import ScanRefusedError
from edge_agent.instruments.sample_name import sample_from_file
from protocols.errors import IdentifierError, SpectrumError
from protocols.identifiers import checked_sample_id
from protocols.limits import MAX_BANDS
from protocols.messages import Instrument
from protocols.spectrum import Spectrum, spectrum_of

MAX_FILE_BYTES = 4 * 1024 * 1024
QUANTITY = "reflectance"
COLUMNS = ("wavelength_nm", QUANTITY)
INSTRUMENT_PARTS = 3
LONGEST_NAME = 80

Comments = dict[str, str]


@dataclass(frozen=True, eq=False)
class ScanFile:
    """One scan as its file says it."""

    sample: str
    instrument: Instrument | None
    spectrum: Spectrum


def read_scan_file(name: str, data: bytes) -> ScanFile:
    """Read a scan file, or refuse it saying what was expected and found."""
    lines = _lines(data)
    comments = _comments(lines)
    rows = [line for line in lines if not line.startswith("#")]
    _check_quantity(comments.get("quantity", QUANTITY))
    if rows and not _is_number(rows[0].partition(",")[0]):
        _check_columns(rows.pop(0))
    return ScanFile(
        sample=_sample(comments, name),
        instrument=_instrument(comments.get("instrument")),
        spectrum=_spectrum(rows),
    )


def _lines(data: bytes) -> list[str]:
    if len(data) > MAX_FILE_BYTES:
        raise ScanRefusedError(
            f"expected a scan file of at most {MAX_FILE_BYTES} bytes, found {len(data)}"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScanRefusedError(f"expected a text file in UTF-8: {error}") from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def _comments(lines: list[str]) -> Comments:
    comments = {}
    for line in lines:
        if line.startswith("#"):
            key, _, value = line[1:].partition(":")
            comments[key.strip().lower()] = value.strip()
    return comments


def _check_quantity(found: str) -> None:
    if found.lower() != QUANTITY:
        raise ScanRefusedError(
            f"expected the quantity {QUANTITY} as a fraction, found {found[:40]!r}; "
            "set the instrument to write reflectance"
        )


def _check_columns(heading: str) -> None:
    found = tuple(part.strip().lower() for part in heading.split(","))
    if found != COLUMNS:
        raise ScanRefusedError(
            f"expected the columns {','.join(COLUMNS)}, found {heading[:80]!r}"
        )


def _sample(comments: Comments, name: str) -> str:
    if "sample" not in comments:
        return sample_from_file(name)
    try:
        return checked_sample_id(comments["sample"])
    except IdentifierError as error:
        raise ScanRefusedError(f"the sample's name: {error}") from error


def _instrument(text: str | None) -> Instrument | None:
    if text is None:
        return None
    parts = [part.strip() for part in text.split("/")]
    if len(parts) != INSTRUMENT_PARTS or max(map(len, parts)) > LONGEST_NAME:
        raise ScanRefusedError(
            f"expected the instrument as maker/model/serial, found {text[:80]!r}"
        )
    return Instrument(maker=parts[0], model=parts[1], serial=parts[2])


def _spectrum(rows: list[str]) -> Spectrum:
    if len(rows) > MAX_BANDS:
        raise ScanRefusedError(f"expected at most {MAX_BANDS} bands, found {len(rows)}")
    try:
        pairs = np.array([_pair(row) for row in rows], dtype=np.float64).reshape(-1, 2)
        with np.errstate(over="ignore"):
            return spectrum_of(pairs[:, 0], pairs[:, 1])
    except SpectrumError as error:
        raise ScanRefusedError(str(error)) from error


def _pair(row: str) -> tuple[float, float]:
    wavelength, _, value = row.partition(",")
    try:
        return float(wavelength), float(value)
    except ValueError as error:
        raise ScanRefusedError(
            f"expected rows of wavelength and reflectance, found {row[:80]!r}"
        ) from error


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
