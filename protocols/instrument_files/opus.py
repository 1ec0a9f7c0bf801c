"""Bruker OPUS files (`.0`, `.1` and on): one spectrum of absorbance or reflectance.

A file is a directory of typed blocks. A block of numbers goes with the block of
parameters of the same type, which says how many there are and over which axis. Single
channels, interferograms, derivatives and series are left alone, and whatever would
leave a choice is refused.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protocols.errors import InstrumentFileError
from protocols.instrument_files.instrument_scan import (
    AxisUnit,
    InstrumentScan,
    Quantity,
)
from protocols.limits import MAX_BANDS
from protocols.spectrum import FEWEST_BANDS

MAGIC = b"\x0a\x0a\xfe\xfe"
MOST_BLOCKS = 1024
PARAMETERS = 1 << 4
"""The bit that tells the parameters of a spectrum from its numbers."""

RESULT_TYPES: dict[int, tuple[str, Quantity]] = {
    4: ("absorbance", "absorbance"),
    12: ("reflectance", "fraction"),
}
OTHER_TYPES = {
    1: "a single channel",
    2: "an interferogram",
    3: "a phase",
    5: "transmittance",
    6: "Kubelka-Munk",
    15: "log reflectance",
    16: "ATR",
}
UNITS: dict[str, AxisUnit] = {"WN": "cm-1", "WL": "um"}
FORMATS = {1: "<f4", 2: "<i4"}
INTEGER, REAL = 0, 1

Parameters = dict[str, int | float | str]


@dataclass(frozen=True)
class _Block:
    """One block: its type as OPUS packs it in bits, and its bytes."""

    type: int
    data: bytes

    @property
    def kind(self) -> int:
        """What sort of spectrum it is of."""
        return self.type >> 10 & 0x1F

    @property
    def is_numbers(self) -> bool:
        """Whether it holds numbers of a spectrum, not parameters, texts or reports."""
        described, extended = self.type >> 4 & 0x3F, self.type >> 19 & 0x7
        return not described and self.kind not in (0, 13) and extended in (0, 2, 4)

    @property
    def is_result(self) -> bool:
        """Whether it is one whole spectrum of a sample over its reference."""
        of_one_channel = self.type >> 2 & 0x3 in (1, 2)
        underived_single = not self.type >> 15 & 0x7F
        return (
            self.is_numbers
            and self.kind in RESULT_TYPES
            and not of_one_channel
            and underived_single
        )


def read_opus(data: bytes, name: str) -> InstrumentScan:
    """Read absorbance or reflectance; single channels and interferograms are not."""
    if data[:4] != MAGIC:
        raise InstrumentFileError(
            f"expected a Bruker OPUS file in {name}, found another"
        )
    try:
        blocks = list(_blocks(data))
        return _scan_of(_only_result(blocks, name), blocks, name)
    except (struct.error, UnicodeDecodeError) as error:
        raise InstrumentFileError(
            f"expected a whole OPUS file in {name}, found {len(data)} bytes: {error}"
        ) from error


def _blocks(data: bytes) -> Iterator[_Block]:
    at, most, _ = struct.unpack_from("<3i", data, 12)
    for number in range(min(most, MOST_BLOCKS)):
        kind, words, start = struct.unpack_from("<3i", data, at + 12 * number)
        if start <= 0:
            return
        if words < 0 or start + 4 * words > len(data):
            raise struct.error(f"a block ends at {start + 4 * words}")
        yield _Block(kind, data[start : start + 4 * words])


def _only_result(blocks: list[_Block], name: str) -> _Block:
    results = [block for block in blocks if block.is_result]
    if len(results) != 1:
        kinds = [_called(block) for block in blocks if block.is_numbers]
        raise InstrumentFileError(
            f"expected one spectrum of absorbance or reflectance in {name}, found "
            f"{', '.join(dict.fromkeys(kinds)) or 'no spectrum'}"
            f"{f', {len(results)} of them results' if results else ''}; save one of "
            "them with OPUS"
        )
    return results[0]


def _called(block: _Block) -> str:
    if block.kind in RESULT_TYPES:
        is_plain = block.is_result
        return f"{'' if is_plain else 'other '}{RESULT_TYPES[block.kind][0]}"
    return OTHER_TYPES.get(block.kind, f"type {block.kind}")


def _scan_of(result: _Block, blocks: list[_Block], name: str) -> InstrumentScan:
    described = [one for one in blocks if one.type == result.type | PARAMETERS]
    if len(described) != 1:
        raise InstrumentFileError(
            f"expected one block of parameters for the spectrum in {name}, found "
            f"{len(described)}"
        )
    says = dict(_parameters(described[0].data))
    unit = UNITS.get(str(says.get("DXU")))
    if unit is None:
        raise InstrumentFileError(
            f"expected wavenumbers or wavelengths in {name}, found {says.get('DXU')!r}"
        )
    values = _values(result.data, says, name)
    ends = [_real(says, key, name) for key in ("FXV", "LXV")]
    label, quantity = RESULT_TYPES[result.kind]
    return InstrumentScan(
        positions=np.linspace(ends[0], ends[1], values.size),
        values=values,
        unit=unit,
        quantity=quantity,
        evidence=f"Bruker OPUS block of {label}",
    )


def _values(data: bytes, says: Parameters, name: str) -> NDArray[np.float32]:
    bands, form = says.get("NPT"), FORMATS.get(_whole(says.get("DPF", 1)))
    room = len(data) // 4
    if not isinstance(bands, int) or not FEWEST_BANDS <= bands <= MAX_BANDS:
        raise InstrumentFileError(
            f"expected {FEWEST_BANDS} to {MAX_BANDS} points in {name}, found {bands!r}"
        )
    if form is None or bands > room:
        raise InstrumentFileError(
            f"expected {bands} numbers of 4 bytes in {name}, found {room} of format "
            f"{says.get('DPF')!r}"
        )
    numbers = np.frombuffer(data, form, bands)
    scaled = numbers * _real({"CSF": 1.0, **says}, "CSF", name)
    return scaled.astype(np.float32)


def _parameters(data: bytes) -> Iterator[tuple[str, int | float | str]]:
    """Yield what a block of parameters says, up to its end."""
    at = 0
    while at + 8 <= len(data) and data[at : at + 3] != b"END":
        kind, words = struct.unpack_from("<2H", data, at + 4)
        key, value = data[at : at + 3].decode("latin-1"), at + 8
        if kind == INTEGER:
            yield key, struct.unpack_from("<i", data, value)[0]
        elif kind == REAL:
            yield key, struct.unpack_from("<d", data, value)[0]
        else:
            text = data[value : value + 2 * words].partition(b"\0")[0]
            yield key, text.decode("latin-1")
        at = value + 2 * words


def _real(says: Parameters, key: str, name: str) -> float:
    found = says.get(key)
    if not isinstance(found, (int, float)) or not np.isfinite(found):
        raise InstrumentFileError(
            f"expected a number as {key} in {name}, found {found!r}"
        )
    return float(found)


def _whole(value: float | str) -> int:
    return value if isinstance(value, int) else 0
