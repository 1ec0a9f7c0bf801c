"""Small tables of observations and labels, written by hand."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import rasterio
from numpy.typing import NDArray
from rasterio.transform import from_origin

from trainer.crops.preparation.class_definition import (
    ClassDefinition,
    cropland_data_layer,
)
from trainer.crops.preparation.preparation import (
    Preparation,
    Resources,
    prepare,
)
from trainer.crops.preparation.preparation_order import (
    FilterOrder,
    PreparationOrder,
    Season,
)
from trainer.crops.preparation.query_engine import EngineName
from trainer.crops.series.series_folder import SeriesManifest

CLASSES = ClassDefinition(
    name="two", classes={"corn": (1,), "soybeans": (5,)}, rest="other"
)
SEASON = Season(first_day=100, bucket_days=5, steps=4)
SEEN = FilterOrder(least_observations=1)


def row(place: str = "a", day: date = date(2021, 4, 12), **told: Any) -> dict[str, Any]:  # noqa: ANN401 - numbers and texts
    """Return one observation of a field in Iowa, clear unless it is told otherwise."""
    return {
        "place": place,
        "box": "west",
        "longitude": -93.6,
        "latitude": 42.0,
        "date": day,
        "B04": 1200,
        "B08": 3000,
        "SCL": 4,
        "cloud_probability": 0,
    } | told


def padded(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Add a place that no test looks at, so that units can be recognised."""
    more = [row("zz", date(2021, 4, 11 + day), longitude=-93.7) for day in range(12)]
    return [*rows, *more]


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write observations as one Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([dict(one) for one in rows]), path)
    return path


def write_raster(
    path: Path,
    codes: NDArray[Any],
    crs: str | None = "EPSG:4326",
    **profile: Any,  # noqa: ANN401 - whatever a raster may have
) -> Path:
    """Write codes whose upper left corner lies at 93.61 west, 42.01 north."""
    height, width = codes.shape
    told = {
        "driver": "GTiff",
        "height": height,
        "width": width,
        "count": 1,
        "dtype": codes.dtype,
        "crs": crs,
        "transform": from_origin(-93.61, 42.01, 0.001, 0.001),
    } | profile
    with rasterio.open(path, "w", **told) as raster:
        raster.write(codes, 1)
    return path


def codes_of(*places: tuple[str, int, int]) -> pa.Table:
    """Return a table of labels: place, year and code."""
    names, years, codes = zip(*places, strict=True)
    return pa.table({"place": names, "year": years, "code": codes})


def write_labels(path: Path, table: pa.Table) -> Path:
    """Write a table of labels."""
    pq.write_table(table, path)
    return path


def ordered(observations: Path | str, *labels: str, **told: Any) -> PreparationOrder:  # noqa: ANN401 - fields of the order
    """Return an order for a short season and two crops."""
    usual = PreparationOrder(
        observations=str(observations),
        labels=labels,
        classes=CLASSES,
        season=SEASON,
        filters=SEEN,
    )
    return msgspec.structs.replace(usual, **told)


def prepared(
    order: PreparationOrder, into: Path, engine: EngineName = "duckdb"
) -> SeriesManifest:
    """Prepare on one thread and in little memory."""
    asked = Preparation(order, cropland_data_layer(), into)
    resources = Resources(engine=engine, memory_mb=512, threads=1)
    return prepare(asked, resources, lambda _: None)


def left_out(manifest: SeriesManifest) -> dict[str, int]:
    """Return how much each filter left out, without those that left out nothing."""
    return {one.name: one.left_out for one in manifest.counts if one.left_out}
