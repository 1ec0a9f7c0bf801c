"""Tables of scans with the Open Soil Spectral Library's column names, row by row.

`scan_visnir.1500_ref` is reflectance, a fraction, at 1500 nm; `scan_mir.600_abs` is
absorbance at 600 1/cm and becomes reflectance exactly, because its name says so. Rows
are read one at a time, however long the table is.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from edge_agent.errors import ScanRefusedError
from edge_agent.instruments.sample_name import sample_from_text
from protocols.errors import SpectrumError
from protocols.spectrum import Spectrum
from protocols.wavelength_grid import WAVENUMBERS_PER_CM

SAMPLE_COLUMNS = (
    "id.sample_local_c",
    "id.layer_local_c",
    "id.layer_uuid_txt",
    "id.sample",
    "sample",
)
BAND_COLUMN = re.compile(r"scan_(visnir|mir)\.(\d{1,6}(?:\.\d{1,6})?)_(ref|abs)")
KINDS = {
    ("visnir", "ref"): "reflectance over nanometres",
    ("mir", "ref"): "reflectance over wavenumbers",
    ("mir", "abs"): "absorbance over wavenumbers",
}
LONGEST_LINE = 2 * 1024 * 1024

Values = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class TableRow:
    """One row: what it calls its sample, and its scan or why there is none."""

    sample: str
    spectrum: Spectrum | None
    refusal: str = ""


@dataclass(frozen=True, eq=False)
class TableColumns:
    """Where a table keeps its scans and their names.

    Attributes:
        kind: What its columns' names say the numbers are.
        wavelengths_nm: Of its bands, ascending.
        take: Takes the bands out of a row, in that order.
        sample_at: The column that names samples, if there is one.
    """

    kind: str
    wavelengths_nm: NDArray[np.float64]
    take: Callable[[Sequence[str]], tuple[str, ...]]
    sample_at: int | None


def columns_of(path: Path) -> TableColumns | None:
    """Return how a table is laid out; nothing where a file has no such columns."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        heading = next(_rows(file, path), [])
    return _columns(heading, path)


def rows_of(path: Path, columns: TableColumns) -> Iterator[TableRow]:
    """Read a table row by row; a row that holds no scan says why."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = _rows(file, path)
            next(rows)
            for number, row in enumerate(rows, start=1):
                if row:
                    yield _row(row, number, columns)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ScanRefusedError(
            f"expected a table of scans in {path.name}: {error}"
        ) from error


def _rows(file: TextIO, path: Path) -> Iterator[list[str]]:
    return csv.reader(_lines(file, path))


def _lines(file: TextIO, path: Path) -> Iterator[str]:
    """Yield lines, and never hold more than one that could be a table's."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise ScanRefusedError(
                f"expected lines of at most {LONGEST_LINE} characters in {path.name}, "
                "found a longer one"
            )
        yield line


def _columns(heading: list[str], path: Path) -> TableColumns | None:
    found = [(BAND_COLUMN.fullmatch(name), at) for at, name in enumerate(heading)]
    bands = [(one[1], float(one[2]), one[3], at) for one, at in found if one]
    if not bands:
        return None
    kinds = {(scan, quantity) for scan, _, quantity, _ in bands}
    if len(kinds) > 1 or not kinds <= KINDS.keys():
        raise ScanRefusedError(
            f"expected one kind of scans in {path.name} ({', '.join(KINDS.values())}), "
            f"found columns {', '.join(sorted(f'scan_{a}.*_{b}' for a, b in kinds))}; "
            "leave one of them"
        )
    kind = KINDS[kinds.pop()]
    axis = [(_nanometres(position, kind), at) for _, position, _, at in bands]
    axis.sort()
    wavelengths = np.array([nm for nm, _ in axis])
    _check_axis(wavelengths, path)
    name = next((one for one in SAMPLE_COLUMNS if one in heading), None)
    return TableColumns(
        kind=kind,
        wavelengths_nm=wavelengths,
        take=itemgetter(*(at for _, at in axis)),
        sample_at=None if name is None else heading.index(name),
    )


def _nanometres(position: float, kind: str) -> float:
    if not kind.endswith("wavenumbers"):
        return position
    return WAVENUMBERS_PER_CM / position if position else 0.0


def _check_axis(wavelengths: NDArray[np.float64], path: Path) -> None:
    try:
        Spectrum(wavelengths, np.zeros(wavelengths.size, dtype=np.float32))
    except SpectrumError as error:
        raise ScanRefusedError(f"{path.name}: {error}") from error


def _row(row: list[str], number: int, columns: TableColumns) -> TableRow:
    sample = _sample(row, number, columns.sample_at)
    try:
        values = np.fromiter(map(float, columns.take(row)), np.float64)
    except (ValueError, IndexError) as error:
        return TableRow(
            sample,
            None,
            f"expected a value in each of {columns.wavelengths_nm.size} bands of row "
            f"{number}, found {_odd_in(row, columns)}: {error}",
        )
    return TableRow(
        sample, Spectrum(columns.wavelengths_nm, _fraction(values, columns.kind))
    )


def _sample(row: list[str], number: int, at: int | None) -> str:
    named = row[at].strip() if at is not None and at < len(row) else ""
    return sample_from_text(named) if named else f"row-{number}"


def _fraction(values: NDArray[np.float64], kind: str) -> Values:
    # What is too large for single precision becomes infinite; the gate refuses it.
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
        if kind.startswith("absorbance"):
            return np.power(np.float32(10), -single)
    return single


def _odd_in(row: list[str], columns: TableColumns) -> str:
    """Say in few words what stands where numbers should."""
    try:
        texts = columns.take(row)
    except IndexError:
        return f"{len(row)} columns"
    if not any(text.strip() for text in texts):
        return "none"
    return repr(next(text for text in texts if not _is_number(text))[:40])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
