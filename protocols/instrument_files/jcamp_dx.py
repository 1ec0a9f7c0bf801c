"""JCAMP-DX files with one spectrum in plain numbers: (X++(Y..Y)) or (XY..XY).

Compressed numbers, several blocks and anything but reflectance or absorbance are
refused. The last position must be where the header says, or the file is not believed.
"""

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protocols.errors import InstrumentFileError
from protocols.instrument_files.instrument_scan import (
    AxisUnit,
    InstrumentScan,
    Quantity,
)
from protocols.instrument_files.number_lines import SHOWN, lines_of

UNITS: dict[str, AxisUnit] = {
    "1/CM": "cm-1",
    "CM-1": "cm-1",
    "NANOMETERS": "nm",
    "MICROMETERS": "um",
}
QUANTITIES: dict[str, Quantity] = {
    "REFLECTANCE": "fraction",
    "PERCENT REFLECTANCE": "percent",
    "REFLECTANCE (%)": "percent",
    "ABSORBANCE": "absorbance",
    "LOG(1/R)": "absorbance",
}
TABLES = ("XYDATA", "XYPOINTS")
PLAIN = re.compile(r"^[-+0-9.,;eE\s]*$")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
WITHIN_STEPS = 0.01
FEWEST_A_LINE = 2


@dataclass(frozen=True)
class _Block:
    labels: dict[str, str]
    lines: list[str]
    name: str

    def number(self, label: str, default: float | None = None) -> float:
        """Return the number that a label gives."""
        text = self.labels.get(label)
        if text is None and default is not None:
            return default
        try:
            found = float(text or "")
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            raise InstrumentFileError(
                f"expected a number in {label} of {self.name}, found "
                f"{(text or '')[:SHOWN]!r}"
            )
        return found


def read_jcamp_dx(data: bytes, name: str) -> InstrumentScan:
    """Read one spectrum."""
    block = _block_of(lines_of(data), name)
    unit = UNITS.get(block.labels.get("XUNITS", "").upper())
    quantity = QUANTITIES.get(block.labels.get("YUNITS", "").upper())
    if unit is None or quantity is None:
        raise InstrumentFileError(
            f"expected reflectance or absorbance over {', '.join(UNITS)} in "
            f"{name}, found {block.labels.get('YUNITS', '')[:SHOWN]!r} over "
            f"{block.labels.get('XUNITS', '')[:SHOWN]!r}"
        )
    positions, values = _numbers(block)
    return InstrumentScan(
        positions=positions,
        values=values.astype(np.float32),
        unit=unit,
        quantity=quantity,
        evidence=f"JCAMP-DX YUNITS={block.labels['YUNITS']}",
    )


def _block_of(lines: list[str], name: str) -> _Block:
    labels: dict[str, str] = {}
    data: list[str] = []
    tables = 0
    for raw in lines:
        line = raw.partition("$$")[0].strip()
        if line.startswith("##"):
            label, _, text = line[2:].partition("=")
            labels[label.strip().upper()] = text.strip()
            tables += label.strip().upper() in TABLES
        elif line and tables:
            data.append(line)
    if tables != 1:
        raise InstrumentFileError(
            f"expected one spectrum in {name}, found {tables}; export each alone"
        )
    return _Block(labels, data, name)


def _numbers(block: _Block) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    odd = next((line for line in block.lines if not PLAIN.match(line)), None)
    if odd is not None:
        raise InstrumentFileError(
            f"expected plain numbers in {block.name}, found {odd[:SHOWN]!r}; export it "
            "without compression"
        )
    rows = [[float(one) for one in NUMBER.findall(line)] for line in block.lines]
    factors = [block.number(label, 1.0) for label in ("XFACTOR", "YFACTOR")]
    if "XYPOINTS" in block.labels:
        flat = [one for row in rows for one in row]
        positions, values = np.array(flat[0::2]), np.array(flat[1::2])
        positions = positions * factors[0]
    else:
        values = np.array([one for row in rows for one in row[1:]])
        ends = [block.number(label) for label in ("FIRSTX", "LASTX")]
        positions = np.linspace(ends[0], ends[1], values.size)
        _check_lines(rows, positions / factors[0], block.name)
    _check_count(block, positions, values)
    return positions, values * factors[1]


def _check_lines(
    rows: list[list[float]], positions: NDArray[np.float64], name: str
) -> None:
    """Refuse a file whose lines do not start where they say."""
    if any(len(row) < FEWEST_A_LINE for row in rows) or not rows:
        raise InstrumentFileError(
            f"expected a position and values in every line of {name}, found less"
        )
    starts = np.cumsum([0, *(len(row) - 1 for row in rows)])[:-1]
    step = abs(positions[-1] - positions[0]) / max(1, positions.size - 1)
    said = np.array([row[0] for row in rows])
    # Lines say their position in few digits: they may differ by half of the last.
    away = float(np.abs(said - positions[starts]).max())
    if not away <= max(step, WITHIN_STEPS):
        raise InstrumentFileError(
            f"expected every line of {name} at its position, found one {away:g} "
            "away; a line is missing or the step is uneven"
        )


def _check_count(
    block: _Block, positions: NDArray[np.float64], values: NDArray[np.float64]
) -> None:
    expected = int(block.number("NPOINTS"))
    if not positions.size == values.size == expected:
        raise InstrumentFileError(
            f"expected {expected} points in {block.name}, found {values.size}"
        )
