"""The laboratory columns of a table: which there are, and their values in our units."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trainer.errors import LibraryError
from trainer.library.recognition.finding import Finding
from trainer.library.recognition.laboratory_column import (
    MATTER_PER_CARBON,
    LaboratoryColumn,
    OrganicMatter,
    may_be_laboratory,
    recognise_column,
)
from trainer.library.recognition.soil_properties import ORGANIC_CARBON, ORGANIC_MATTER
from trainer.library.sources.column_map import ColumnMap
from trainer.library.sources.table_columns import TableColumns
from trainer.library.sources.table_file import TableFile, Wanted, numbers_of

ROWS_AT_ONCE = 16_384


@dataclass(frozen=True)
class Laboratory:
    """The laboratory columns that a source is read for.

    Attributes:
        columns: One a target.
        missing: Numbers that stand for a missing value.
        remarks: A conversion that changes what a value means.
        empty: Columns without any value, which are left out.
        rows: How long the table is; unknown where no column was read.
    """

    columns: tuple[LaboratoryColumn, ...]
    missing: tuple[float, ...]
    remarks: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    rows: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The columns in the source."""
        return tuple(one.column for one in self.columns)

    @property
    def targets(self) -> tuple[str, ...]:
        """The OSSL names in the library."""
        return tuple(one.target for one in self.columns)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was recognised."""
        empty = (Finding(f"column {one!r}", "left out", "empty") for one in self.empty)
        return (*(one.finding for one in self.columns), *empty)

    def values(self, table: pa.Table) -> NDArray[np.float64]:
        """Return [row, target] in the library's units, NaN where missing."""
        found = _without_codes(numbers_of(table, self.names), self.missing)
        factors = np.array([one.factor for one in self.columns])
        values: NDArray[np.float64] = found * factors
        return values


def recognise_laboratory(
    file: TableFile,
    columns: TableColumns,
    column_map: ColumnMap,
    organic_matter: OrganicMatter,
) -> Laboratory:
    """Read every column that may be a laboratory's and say what it is."""
    names = tuple(columns.stated) if column_map.targets else _candidates(columns)
    values = _whole_columns(file, names, column_map.missing)
    by_name = dict(zip(names, values.T, strict=False))
    filled = {name: one for name, one in by_name.items() if np.isfinite(one).any()}
    found = [
        recognise_column(name, one, columns.stated.get(name))
        for name, one in filled.items()
    ]
    known = [one for one in found if one is not None]
    remarks: tuple[str, ...] = ()
    if organic_matter == "convert":
        known, remarks = _with_carbon(known)
    _check_targets(known)
    empty = tuple(name for name in names if name not in filled)
    rows = len(values) if names else None
    return Laboratory(tuple(known), column_map.missing, remarks, empty, rows)


def _candidates(columns: TableColumns) -> tuple[str, ...]:
    return tuple(
        name
        for name in columns.others
        if name in columns.stated or may_be_laboratory(name)
    )


def _whole_columns(
    file: TableFile, names: tuple[str, ...], missing: tuple[float, ...]
) -> NDArray[np.float64]:
    if not names:
        return np.empty((0, 0))
    wanted = Wanted(texts=(), numbers=names)
    parts = [numbers_of(one, names) for one in file.batches(wanted, ROWS_AT_ONCE)]
    found = np.concatenate([np.empty((0, len(names))), *parts])
    return _without_codes(found, missing)


def _without_codes(
    values: NDArray[np.float64], missing: tuple[float, ...]
) -> NDArray[np.float64]:
    return np.where(np.isin(values, missing), np.nan, values) if missing else values


def _with_carbon(
    known: Sequence[LaboratoryColumn],
) -> tuple[list[LaboratoryColumn], tuple[str, ...]]:
    """Turn organic matter into carbon, as was asked for."""
    matter = [one for one in known if one.target == ORGANIC_MATTER]
    if not matter or any(one.target == ORGANIC_CARBON for one in known):
        return list(known), ()
    verdict = f"{ORGANIC_CARBON}, organic matter divided by {MATTER_PER_CARBON}"
    carbon = replace(
        matter[0],
        target=ORGANIC_CARBON,
        factor=matter[0].factor / MATTER_PER_CARBON,
        finding=Finding(matter[0].finding.subject, verdict, "as was asked for"),
    )
    others = [one for one in known if one.target != ORGANIC_MATTER]
    remark = f"carbon is organic matter divided by {MATTER_PER_CARBON}"
    return [carbon, *others], (remark,)


def _check_targets(known: Sequence[LaboratoryColumn]) -> None:
    first: dict[str, str] = {}
    for one in known:
        if one.target in first:
            raise LibraryError(
                f"expected one column of {one.target}, found {first[one.target]!r} and "
                f"{one.column!r}; choose one in a map"
            )
        first[one.target] = one.column
