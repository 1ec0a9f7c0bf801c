"""What the user named as labels: rasters of codes by year, or one table.

A table has a place, a year, and a code or a name of the legend; perhaps a purity and a
field. Both become the same table of labels, which is joined to places.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from pyarrow import ArrowException

from trainer.crops.preparation.class_definition import CodeLegend
from trainer.crops.preparation.observation_table import Table
from trainer.errors import LibraryError

_RASTER = re.compile(r"(\d{4})=(.+)")
_NEEDED = ("place", "year")


@dataclass(frozen=True)
class LabelSource:
    """Where labels come from; one of the two, or neither.

    Attributes:
        rasters: A raster a year.
        table: A Parquet or CSV file.
    """

    rasters: dict[int, Path]
    table: Path | None = None

    @property
    def is_there(self) -> bool:
        """Whether there are labels at all."""
        return bool(self.rasters) or self.table is not None


def read_label_source(named: Iterable[str]) -> LabelSource:
    """Tell rasters from tables by how they are named."""
    rasters: dict[int, Path] = {}
    tables: list[Path] = []
    for one in named:
        match = _RASTER.fullmatch(one)
        if match:
            rasters[int(match[1])] = Path(match[2])
        else:
            tables.append(Path(one))
    if len(tables) > 1 or (tables and rasters):
        raise LibraryError(
            "expected rasters as 2021=cdl.tif or one table of labels, found "
            f"{', '.join(named)}; name one kind"
        )
    table = tables[0] if tables else None
    if table and table.suffix in {".tif", ".tiff", ".img"}:
        raise LibraryError(
            f"expected the year of a raster, found {table}; say 2021={table}"
        )
    missing = [one for one in (*rasters.values(), *tables) if not one.is_file()]
    if missing:
        raise LibraryError(f"expected labels at {missing[0]}, found no file there")
    return LabelSource(rasters, table)


def write_label_table(source: Path, into: Path, legend: CodeLegend) -> list[str]:
    """Bring a table of labels into Parquet; return its columns."""
    table = _read(source)
    names = [str(name) for name in table.column_names]
    missing = [name for name in _NEEDED if name not in names]
    if not {"code", "name"} & set(names):
        missing.append("code or name")
    if missing:
        raise LibraryError(
            f"expected {', '.join(missing)} among the columns of {source}, found "
            f"{', '.join(names)}; rename them"
        )
    _check_labels(table, names, legend, source)
    into.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, into)
    return names


def _read(source: Path) -> Any:  # noqa: ANN401 - Arrow ships no types
    try:
        if source.suffix == ".csv":
            return pacsv.read_csv(source)
        return pq.read_table(source)
    except (OSError, ArrowException) as error:
        raise LibraryError(
            f"expected a table of labels in {source}, could not read it ({error}); "
            "bring it as Parquet or CSV"
        ) from error


def label_rows(table: Table, names: list[str], legend: CodeLegend) -> Table:
    """Return labels with a code each, whatever the table has; Ibis expressions."""
    code = table["code"].cast("int32") if "code" in names else _code(table, legend)
    purity = table["purity"].cast("float64") if "purity" in names else None
    field = table["field"].cast("string") if "field" in names else None
    return table.select(
        place=table["place"].cast("string"),
        year=table["year"].cast("int32"),
        code=code,
        purity=ibis.literal(1.0) if purity is None else purity,
        field=ibis.null("string") if field is None else field,
    )


def _check_labels(table: Any, names: list[str], legend: CodeLegend, path: Path) -> None:  # noqa: ANN401 - Arrow ships no types
    """Refuse names that the legend does not have, and two labels for one place."""
    if "code" not in names:
        known = legend.codes_by_name
        told = {str(one) for one in table["name"].unique().to_pylist() if one}
        unknown = sorted(one for one in told if one.lower() not in known)
        if unknown:
            raise LibraryError(
                f"expected names of the legend in {path}, found "
                f"{', '.join(unknown[:5])}; bring their legend with --legend"
            )
    keys = table.group_by(["place", "year"]).aggregate([([], "count_all")])
    if keys.num_rows != table.num_rows:
        raise LibraryError(
            f"expected one label for a place and year in {path}, found "
            f"{table.num_rows - keys.num_rows} more; keep one of each"
        )


def _code(table: Table, legend: CodeLegend) -> Any:  # noqa: ANN401 - an Ibis column
    told = list(legend.codes_by_name.items())
    return table["name"].cast("string").lower().cases(*told, else_=None).cast("int32")
