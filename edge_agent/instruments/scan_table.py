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
from protocols.instrument_files.instrument_scan import AxisUnit, Quantity
from protocols.instrument_files.reflectance import as_fraction, as_nanometres
from protocols.spectrum import Spectrum

SAMPLE_COLUMNS = (
    "id.sample_local_c",
    "id.layer_local_c",
    "id.layer_uuid_txt",
    "id.sample",
    "sample",
)
BAND_COLUMN = re.compile(r"scan_(visnir|mir)\.(\d{1,6}(?:\.\d{1,6})?)_(ref|abs)")
KINDS: dict[tuple[str, str], tuple[AxisUnit, Quantity]] = {
    ("visnir", "ref"): ("nm", "fraction"),
    ("mir", "ref"): ("cm-1", "fraction"),
    ("mir", "abs"): ("cm-1", "absorbance"),
}
LONGEST_LINE = 2 * 1024 * 1024


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
        quantity: What its columns' names say the numbers are.
        wavelengths_nm: Of its bands, ascending.
        take: Takes the bands out of a row, in that order.
        sample_at: The column that names samples, if there is one.
    """

    quantity: Quantity
    wavelengths_nm: NDArray[np.float64]
    take: Callable[[Sequence[str]], tuple[str, ...]]
    sample_at: int | None

    @property
    def said(self) -> str:
        """What the names say of the numbers, and where."""
        return f"{self.quantity} (columns named so)"


def columns_of(path: Path) -> TableColumns | None:
    """Return how a table is laid out; nothing where a file has no such columns."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            heading = next(_rows(file, path), [])
        except csv.Error:
            return None
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
    unit, quantity = _kind({(scan, suffix) for scan, _, suffix, _ in bands}, path)
    with np.errstate(divide="ignore"):
        axis = as_nanometres(np.array([position for _, position, _, _ in bands]), unit)
    order = np.argsort(axis, kind="stable")
    _check_axis(axis[order], path)
    name = next((one for one in SAMPLE_COLUMNS if one in heading), None)
    return TableColumns(
        quantity=quantity,
        wavelengths_nm=axis[order],
        take=itemgetter(*(bands[at][3] for at in order)),
        sample_at=None if name is None else heading.index(name),
    )


def _kind(found: set[tuple[str, str]], path: Path) -> tuple[AxisUnit, Quantity]:
    """Return what the columns' names say, if all of them say the same."""
    kind = next(iter(found))
    if len(found) > 1 or kind not in KINDS:
        known, others = (
            ", ".join(sorted(f"scan_{scan}.*_{suffix}" for scan, suffix in kinds))
            for kinds in (KINDS, found)
        )
        raise ScanRefusedError(
            f"expected one kind of scans in {path.name} ({known}), found {others}; "
            "leave one of them"
        )
    return KINDS[kind]


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
    # What is too large for single precision becomes infinite; the gate refuses it.
    with np.errstate(over="ignore"):
        reflectance = as_fraction(values.astype(np.float32), columns.quantity)
    return TableRow(sample, Spectrum(columns.wavelengths_nm, reflectance))


def _sample(row: list[str], number: int, at: int | None) -> str:
    named = row[at].strip() if at is not None and at < len(row) else ""
    return sample_from_text(named) if named else f"row-{number}"


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
