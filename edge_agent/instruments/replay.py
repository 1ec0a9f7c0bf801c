"""A simulated spectrometer: it replays recorded scans with an instrument's noise.

It measures nothing. Its soils come from a table with OSSL column names (`id.sample`,
`scan_visnir.1500_ref`); its noise is white and grows towards the ends of the detector,
and each scan gets a small offset and gain of its own.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_agent.errors import InputError
from edge_agent.instruments.sample_name import sample_from_file

SAMPLE_COLUMN = "id.sample"
BAND_COLUMN = re.compile(r"scan_visnir\.(\d+(?:\.\d+)?)_ref")
NOISE_AT_THE_ENDS = 3.0
"""How much noisier the detector's ends are than its middle."""

OFFSET_OF_NOISE = 4.0
GAIN_OF_NOISE = 10.0


@dataclass(frozen=True, eq=False)
class RecordedScan:
    """One soil of the table."""

    sample: str
    wavelengths_nm: NDArray[np.float64]
    reflectance: NDArray[np.float64]


def read_recorded_scans(path: Path) -> Iterator[RecordedScan]:
    """Yield the scans of a table, or refuse a table that holds none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            heading = next(rows, [])
            sample_at, bands = _columns(heading, path)
            axis = np.array([wavelength for wavelength, _ in bands])
            for number, row in enumerate(rows, start=2):
                yield _scan(row, sample_at, bands, axis, f"{path}, line {number}")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"expected a table of scans at {path}: {error}") from error


def with_noise(
    scan: RecordedScan, noise: float, random: np.random.Generator
) -> NDArray[np.float64]:
    """Return the reflectance as an instrument of this noise would have read it."""
    place = np.linspace(-1.0, 1.0, scan.reflectance.size)
    sigma = noise * (1.0 + (NOISE_AT_THE_ENDS - 1.0) * place**4)
    offset = random.normal(0.0, noise * OFFSET_OF_NOISE)
    gain = 1.0 + random.normal(0.0, noise * GAIN_OF_NOISE)
    white = random.normal(0.0, 1.0, scan.reflectance.size) * sigma
    return scan.reflectance * gain + offset + white


def scan_text(scan: RecordedScan, reflectance: NDArray[np.float64]) -> str:
    """Return the scan file that the instrument writes."""
    heading = f"# sample: {scan.sample}\n# quantity: reflectance\n"
    columns = "wavelength_nm,reflectance\n"
    pairs = zip(scan.wavelengths_nm.tolist(), reflectance.tolist(), strict=True)
    return heading + columns + "".join(f"{at:g},{value:.6f}\n" for at, value in pairs)


def drop_scan(inbox: Path, name: str, text: str) -> Path:
    """Put a scan file into the inbox as instruments should: write, then rename."""
    temporary = inbox / f".{name}.partial"
    temporary.write_text(text, encoding="utf-8")
    return temporary.replace(inbox / name)


def _columns(heading: list[str], path: Path) -> tuple[int, list[tuple[float, int]]]:
    matches = [(BAND_COLUMN.fullmatch(name), at) for at, name in enumerate(heading)]
    bands = sorted((float(found.group(1)), at) for found, at in matches if found)
    if SAMPLE_COLUMN not in heading or not bands:
        raise InputError(
            f"expected the columns {SAMPLE_COLUMN} and scan_visnir.<nm>_ref in {path}, "
            f"found {', '.join(heading[:5]) or 'nothing'}"
        )
    return heading.index(SAMPLE_COLUMN), bands


def _scan(
    row: list[str],
    sample_at: int,
    bands: list[tuple[float, int]],
    axis: NDArray[np.float64],
    place: str,
) -> RecordedScan:
    try:
        values = np.array([float(row[at]) for _, at in bands])
        return RecordedScan(sample_from_file(row[sample_at] + "."), axis, values)
    except (ValueError, IndexError) as error:
        raise InputError(
            f"{place}: expected a value for every band: {error}"
        ) from error
