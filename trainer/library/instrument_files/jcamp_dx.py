"""JCAMP-DX files with one spectrum in plain numbers: (X++(Y..Y)) or (XY..XY).

Compressed numbers, several blocks and anything but reflectance or absorbance are
refused. The last position must be where the header says, or the file is not believed.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.errors import LibraryError
from trainer.library.instrument_files.instrument_scan import InstrumentScan
from trainer.library.instrument_files.number_lines import read_lines
from trainer.library.recognition.quantity import Quantity
from trainer.library.recognition.spectral_axis import AxisUnit

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


@dataclass(frozen=True)
class _Block:
    labels: dict[str, str]
    lines: list[str]


def read_jcamp_dx(path: Path) -> InstrumentScan:
    """Read one spectrum."""
    block = _block_of(read_lines(path), path)
    unit = UNITS.get(block.labels.get("XUNITS", "").upper())
    quantity = QUANTITIES.get(block.labels.get("YUNITS", "").upper())
    if unit is None or quantity is None:
        raise LibraryError(
            f"expected reflectance or absorbance over {', '.join(UNITS)} in "
            f"{path.name}, found {block.labels.get('YUNITS')!r} over "
            f"{block.labels.get('XUNITS')!r}"
        )
    positions, values = _numbers(block, path)
    return InstrumentScan(
        positions=positions,
        values=values.astype(np.float32),
        unit=unit,
        quantity=quantity,
        evidence=f"JCAMP-DX YUNITS={block.labels['YUNITS']}",
    )


def _block_of(lines: list[str], path: Path) -> _Block:
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
        raise LibraryError(
            f"expected one spectrum in {path.name}, found {tables}; export each alone"
        )
    return _Block(labels, data)


def _numbers(
    block: _Block, path: Path
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    odd = next((line for line in block.lines if not PLAIN.match(line)), None)
    if odd is not None:
        raise LibraryError(
            f"expected plain numbers in {path.name}, found {odd[:40]!r}; export it "
            "without compression"
        )
    rows = [[float(one) for one in NUMBER.findall(line)] for line in block.lines]
    factors = [_number(block, label, path, 1.0) for label in ("XFACTOR", "YFACTOR")]
    if "XYPOINTS" in block.labels:
        flat = [one for row in rows for one in row]
        positions, values = np.array(flat[0::2]), np.array(flat[1::2])
        positions = positions * factors[0]
    else:
        values = np.array([one for row in rows for one in row[1:]])
        ends = [_number(block, label, path) for label in ("FIRSTX", "LASTX")]
        positions = np.linspace(ends[0], ends[1], values.size)
        _check_lines(rows, positions / factors[0], path)
    _check_count(block, positions, values, path)
    return positions, values * factors[1]


def _check_lines(
    rows: list[list[float]], positions: NDArray[np.float64], path: Path
) -> None:
    """Refuse a file whose lines do not start where they say."""
    starts = np.cumsum([0, *(len(row) - 1 for row in rows)])[:-1]
    step = abs(positions[-1] - positions[0]) / max(1, positions.size - 1)
    said = np.array([row[0] for row in rows])
    # Lines say their position in few digits: they may differ by half of the last.
    away = float(np.abs(said - positions[starts]).max())
    if away > max(step, WITHIN_STEPS):
        raise LibraryError(
            f"expected every line of {path.name} at its position, found one {away:g} "
            "away; a line is missing or the step is uneven"
        )


def _check_count(
    block: _Block,
    positions: NDArray[np.float64],
    values: NDArray[np.float64],
    path: Path,
) -> None:
    expected = int(_number(block, "NPOINTS", path))
    if not positions.size == values.size == expected:
        raise LibraryError(
            f"expected {expected} points in {path.name}, found {values.size}"
        )


def _number(
    block: _Block, label: str, path: Path, default: float | None = None
) -> float:
    text = block.labels.get(label)
    if text is None and default is not None:
        return default
    try:
        return float(text or "")
    except ValueError as error:
        raise LibraryError(
            f"expected a number in {label} of {path.name}, found {text!r}"
        ) from error
