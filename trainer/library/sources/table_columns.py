"""Which column of a table is what, told from the header alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from protocols.instrument_files.instrument_scan import AxisUnit, Quantity
from trainer.errors import LibraryError
from trainer.library.recognition.finding import Finding
from trainer.library.recognition.laboratory_column import StatedColumn
from trainer.library.sources.column_map import ColumnMap
from trainer.library.sources.lucas import lucas_columns
from trainer.library.sources.spectral_columns import Scan, is_spectral, spectral_columns
from trainer.library.sources.table_file import numbers_of

_SAMPLE = [
    "id.layer_uuid_txt",
    "id.sample_local_c",
    "id.sample",
    "SampleID",
    "Sample_ID",
    "sample_id",
    "sample",
    "PointID",
    "POINTID",
    "POINT_ID",
    "barcode",
    "ID",
    "id",
]
_FARM = [
    "farm",
    "dataset.code_ascii_txt",
    "field",
    "site",
    "NUTS_0",
    "TH_NUTS0",
    "country",
    "COUNTRY",
]
_GROUP = [
    "group",
    "profile",
    "id.user.site_ascii_txt",
    "id.location_olc_txt",
    "PointID",
    "POINTID",
    "POINT_ID",
]
_LATITUDE = [
    "latitude.point_wgs84_dd",
    "location.latitude_wgs84_dd",
    "GPS_LAT",
    "TH_LAT",
    "latitude",
    "lat",
]
_LONGITUDE = [
    "longitude.point_wgs84_dd",
    "location.longitude_wgs84_dd",
    "GPS_LONG",
    "TH_LONG",
    "longitude",
    "lon",
]


@dataclass(frozen=True, eq=False)
class TableColumns:
    """The parts of a table, by name.

    Attributes:
        sample: The column of ids.
        farm: The column of farms, if any.
        group: The column of profiles or surveys, if any.
        latitude: The column of latitudes, if any.
        longitude: The column of longitudes, if any.
        spectrum: The spectral columns as they stand; none in a laboratory table.
        positions: Their positions.
        quantity: What is stated of them.
        unit: The stated unit of the positions.
        others: Every column left, where laboratory values may be.
        stated: Laboratory columns of which something is stated.
        findings: What was recognised.
    """

    sample: str
    farm: str | None
    group: str | None
    latitude: str | None
    longitude: str | None
    spectrum: tuple[str, ...]
    positions: NDArray[np.float64]
    quantity: Quantity | None
    unit: AxisUnit | None
    others: tuple[str, ...]
    stated: dict[str, StatedColumn]
    findings: tuple[Finding, ...]


def recognise_columns(
    header: Sequence[str], column_map: ColumnMap, scan: Scan | None = None
) -> TableColumns:
    """Say which column is what, or refuse; `scan` chooses where a table has two."""
    _check_header(header)
    spectrum = spectral_columns(header, column_map.spectrum, scan)
    parts = _parts(header, column_map)
    sample = parts.pop("sample")
    if sample is None:
        raise LibraryError(
            f"expected a column of sample ids such as {', '.join(_SAMPLE[:4])}, found "
            f"{', '.join(header[:6])}...; name it in a map (sample)"
        )
    taken = {sample, *parts.values(), *spectrum.names}
    return TableColumns(
        sample=sample,
        **parts,
        spectrum=spectrum.names,
        positions=spectrum.positions,
        quantity=column_map.quantity or spectrum.quantity,
        unit=column_map.axis_unit or spectrum.unit,
        others=tuple(
            name for name in header if name not in taken and not is_spectral(name)
        ),
        stated=_stated_columns(header, column_map),
        findings=_part_findings({"sample": sample, **parts}, column_map),
    )


def _parts(header: Sequence[str], column_map: ColumnMap) -> dict[str, str | None]:
    return {
        "sample": _chosen(header, column_map.sample, _SAMPLE),
        "farm": _chosen(header, column_map.farm, _FARM),
        "group": _chosen(header, column_map.group, _GROUP),
        "latitude": _chosen(header, column_map.latitude, _LATITUDE),
        "longitude": _chosen(header, column_map.longitude, _LONGITUDE),
    }


def _part_findings(
    parts: dict[str, str | None], column_map: ColumnMap
) -> tuple[Finding, ...]:
    return tuple(
        Finding(part, repr(name), "the map" if named == name else "its name")
        for part, name in parts.items()
        if name
        for named in (getattr(column_map, part),)
    )


def places_of(table: pa.Table, columns: TableColumns) -> NDArray[np.float64]:
    """Return latitude and longitude of every row, NaN where unknown."""
    if columns.latitude is None or columns.longitude is None:
        return np.full((table.num_rows, 2), np.nan)
    return numbers_of(table, (columns.latitude, columns.longitude))


def _check_header(header: Sequence[str]) -> None:
    repeated = [name for name, count in Counter(header).items() if count > 1]
    if repeated:
        raise LibraryError(
            f"expected every column once, found {repeated[0]!r} repeated; rename it"
        )


def _chosen(
    header: Sequence[str], stated: str | None, known: Sequence[str]
) -> str | None:
    if stated is None:
        return next((name for name in known if name in header), None)
    if stated not in header:
        raise LibraryError(
            f"expected the column {stated!r}, as the map says, found only "
            f"{', '.join(header[:6])}..."
        )
    return stated


def _stated_columns(
    header: Sequence[str], column_map: ColumnMap
) -> dict[str, StatedColumn]:
    for name in column_map.targets:
        _chosen(header, name, ())
    if column_map.targets:
        return {
            name: StatedColumn(one.target, one.unit)
            for name, one in column_map.targets.items()
        }
    return lucas_columns(header)
