"""What a laboratory found, by sample id, to be joined to scans.

Where the column of ids goes by another name here than in the table of scans, a map says
so (`laboratory_sample`); the targets of a map are this table's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trainer.errors import LibraryError
from trainer.library.recognition.finding import Finding
from trainer.library.sources.laboratory import Laboratory, recognise_laboratory
from trainer.library.sources.reading_order import ReadingOrder
from trainer.library.sources.table_columns import (
    TableColumns,
    places_of,
    recognise_columns,
)
from trainer.library.sources.table_file import (
    Wanted,
    digest_of,
    open_table,
    texts_of,
)

ROWS_AT_ONCE = 65_536


@dataclass(frozen=True)
class Analysed:
    """One row of the table."""

    farm: str
    group: str
    place: tuple[float, float]
    values: tuple[float, ...]


@dataclass(frozen=True)
class LaboratoryTable:
    """Rows by sample id.

    Attributes:
        rows: What is known of each sample.
        targets: OSSL names of the values.
        digest: The sha256 of the file.
        findings: What was recognised.
        remarks: A conversion that was made.
    """

    rows: dict[str, Analysed]
    targets: tuple[str, ...]
    digest: str = ""
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()

    def farms_of(self, samples: tuple[str, ...], default: str) -> tuple[str, ...]:
        """Return the farm of each sample, or the default."""
        return tuple(
            (self.rows[one].farm if one in self.rows else "") or default
            for one in samples
        )

    def groups_of(self, samples: tuple[str, ...]) -> tuple[str, ...]:
        """Return the group of each sample, or nothing."""
        return tuple(
            self.rows[one].group if one in self.rows else "" for one in samples
        )

    def places_of(self, samples: tuple[str, ...]) -> NDArray[np.float64]:
        """Return where each sample was taken, NaN where unknown."""
        nowhere = (np.nan, np.nan)
        found = [
            self.rows[one].place if one in self.rows else nowhere for one in samples
        ]
        return np.array(found, np.float64).reshape(len(samples), 2)

    def values_of(self, samples: tuple[str, ...]) -> NDArray[np.float64]:
        """Return the values of each sample, NaN where there are none."""
        nothing = (np.nan,) * len(self.targets)
        found = [
            self.rows[one].values if one in self.rows else nothing for one in samples
        ]
        return np.array(found, np.float64).reshape(len(samples), len(self.targets))

    def joined_with(self, samples: tuple[str, ...]) -> Finding:
        """Say how many scans found their row; refuse where none did."""
        found = [one for one in samples if one in self.rows]
        if self.rows and not found:
            raise LibraryError(
                f"expected sample ids such as {next(iter(self.rows))!r} of the "
                f"laboratory table, found {samples[0]!r} in the names of the files; "
                "say with --sample-pattern where in a name the id is"
            )
        idle = len(self.rows.keys() - set(found))
        verdict = f"{len(found)} of {len(samples)} scans have laboratory values"
        return Finding("join", verdict, f"{idle} rows of the table have no scan")


NO_LABORATORY = LaboratoryTable(rows={}, targets=())


def read_laboratory_table(path: Path, order: ReadingOrder) -> LaboratoryTable:
    """Read a table of one row a sample; spectra in it are left alone."""
    file = open_table(path)
    said = order.column_map
    sample = said.laboratory_sample or said.sample
    column_map = msgspec.structs.replace(said, sample=sample)
    columns = recognise_columns(file.header, column_map)
    laboratory = recognise_laboratory(file, columns, column_map, order.organic_matter)
    texts = tuple(one for one in (columns.sample, columns.farm, columns.group) if one)
    places = tuple(one for one in (columns.latitude, columns.longitude) if one)
    rows: dict[str, Analysed] = {}
    wanted = Wanted(texts, (*places, *laboratory.names))
    for table in file.batches(wanted, ROWS_AT_ONCE):
        for sample, analysed in _rows(table, columns, laboratory):
            if sample in rows:
                raise LibraryError(
                    f"expected one row a sample in {path}, found {sample!r} again"
                )
            rows[sample] = analysed
    return LaboratoryTable(
        rows=rows,
        targets=laboratory.targets,
        digest=digest_of(path),
        findings=(*columns.findings, *laboratory.findings),
        remarks=laboratory.remarks,
    )


def _rows(
    table: pa.Table, columns: TableColumns, laboratory: Laboratory
) -> Iterator[tuple[str, Analysed]]:
    nothing = [""] * table.num_rows
    farms = texts_of(table, columns.farm) if columns.farm else nothing
    groups = texts_of(table, columns.group) if columns.group else nothing
    places = places_of(table, columns)
    values = laboratory.values(table)
    for at, sample in enumerate(texts_of(table, columns.sample)):
        latitude, longitude = places[at].tolist()
        yield (
            sample,
            Analysed(
                farms[at], groups[at], (latitude, longitude), tuple(values[at].tolist())
            ),
        )
