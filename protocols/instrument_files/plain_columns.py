"""Two columns of numbers: a position and a value; comments and a heading may say more.

    # sample: A12
    # quantity: reflectance
    # instrument: maker/model/serial
    wavelength_nm,reflectance
    350,0.0812

is how simple spectrometers write for us: wavelengths in nanometres, reflectance as a
fraction. A file without any of that says nothing of its units.
"""

from collections.abc import Iterable

import numpy as np

from protocols.errors import InstrumentFileError
from protocols.instrument_files.instrument_scan import (
    AxisUnit,
    InstrumentScan,
    Quantity,
)
from protocols.instrument_files.number_lines import (
    SHOWN,
    is_numbers,
    lines_of,
    numbers_in,
)
from protocols.messages import Instrument

COLUMNS = 2
OWN_HEADING = ("wavelength_nm", "reflectance")
AXES: dict[str, AxisUnit] = {
    "wavelength_nm": "nm",
    "wavelength (nm)": "nm",
    "wavelength [nm]": "nm",
    "nm": "nm",
    "wavenumber_cm-1": "cm-1",
    "wavenumber (cm-1)": "cm-1",
    "wavenumber [cm-1]": "cm-1",
    "cm-1": "cm-1",
    "1/cm": "cm-1",
}
VALUES: dict[str, Quantity] = {
    "reflectance_fraction": "fraction",
    "reflectance_percent": "percent",
    "reflectance (%)": "percent",
    "reflectance [%]": "percent",
    "percent reflectance": "percent",
    "absorbance": "absorbance",
    "log(1/r)": "absorbance",
}
INSTRUMENT_PARTS = 3
LONGEST_NAME = 80


def read_plain_columns(data: bytes, name: str) -> InstrumentScan:
    """Read a scan, and what its comments and heading say of it."""
    lines = list(filter(None, map(str.strip, lines_of(data))))
    comments, rows = {}, lines
    if b"#" in data:
        comments = _comments(line for line in lines if line[0] == "#")
        rows = [line for line in lines if line[0] != "#"]
    separator = _separator(rows, name)
    heading: tuple[str, ...] = ()
    if not is_numbers(rows[0], separator):
        heading = tuple(_word(part) for part in rows.pop(0).split(separator))
    found = numbers_in(rows, COLUMNS, separator, name)
    quantity = _quantity(comments.get("quantity"), heading, name)
    return InstrumentScan(
        positions=found[:, 0],
        values=found[:, 1].astype(np.float32),
        unit=_unit(heading, comments),
        quantity=quantity,
        evidence=_evidence(comments, heading),
        sample=comments.get("sample"),
        instrument=_instrument(comments.get("instrument")),
    )


def _comments(lines: Iterable[str]) -> dict[str, str]:
    comments = {}
    for line in lines:
        key, _, value = line[1:].partition(":")
        comments[key.strip().lower()] = value.strip()
    return comments


def _word(text: str) -> str:
    return text.strip().strip("\"'").strip().lower()


def _separator(rows: list[str], name: str) -> str:
    if not rows:
        raise InstrumentFileError(f"expected lines of numbers in {name}, found none")
    for separator in (",", ";", "\t"):
        if rows[-1].count(separator) == COLUMNS - 1:
            return separator
    raise InstrumentFileError(
        f"expected two columns of UTF-8 text in {name}, found {rows[-1][:SHOWN]!r}; a "
        "table of many scans is read by its own path"
    )


def _unit(heading: tuple[str, ...], comments: dict[str, str]) -> AxisUnit | None:
    if heading:
        return AXES.get(heading[0])
    # A quantity in a comment is said in our own way, where axes are in nanometres.
    return "nm" if "quantity" in comments else None


def _quantity(
    comment: str | None, heading: tuple[str, ...], name: str
) -> Quantity | None:
    column = heading[-1] if heading else ""
    headed = "fraction" if heading == OWN_HEADING else VALUES.get(column)
    if comment is None:
        return headed
    said: Quantity | None = VALUES.get(comment.lower())
    if comment.lower() == "reflectance":
        said = headed if headed in ("fraction", "percent") else "fraction"
    if said is None or headed not in (None, said):
        raise InstrumentFileError(
            f"expected the quantity reflectance, reflectance_percent or absorbance in "
            f"{name}, as its columns are called, found {comment[:SHOWN]!r} above "
            f"{column[:SHOWN] or 'plain columns'!r}; set the instrument to write "
            "reflectance"
        )
    return said


def _evidence(comments: dict[str, str], heading: tuple[str, ...]) -> str:
    said = [f"quantity: {comments['quantity']}"] if "quantity" in comments else []
    if heading:
        said.append(f"columns {','.join(heading)}"[:LONGEST_NAME])
    return "; ".join(said) or "two columns of numbers"


def _instrument(text: str | None) -> Instrument | None:
    if text is None:
        return None
    parts = [part.strip() for part in text.split("/")]
    if len(parts) != INSTRUMENT_PARTS or max(map(len, parts)) > LONGEST_NAME:
        raise InstrumentFileError(
            f"expected the instrument as maker/model/serial, found {text[:80]!r}"
        )
    return Instrument(maker=parts[0], model=parts[1], serial=parts[2])
