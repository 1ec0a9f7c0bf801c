"""Write a map: rasters, tables with geometry, and the page, into one folder."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trainer.crops.maps.crop_rasters import write_crop_rasters
from trainer.crops.maps.field_outlines import field_outlines, field_raster
from trainer.crops.maps.geo_parquet import GeoTableWriter, points
from trainer.crops.maps.map_order import (
    DayPlaces,
    RegionFields,
    read_day,
    year_of,
)
from trainer.crops.maps.map_page import PageOrder, render_map
from trainer.crops.maps.page_lattice import page_lattice, page_sheet
from trainer.crops.prediction.prediction_folder import PredictionFolder
from trainer.crops.prediction.season_day import day_text
from trainer.crops.series.place_lattice import (
    PlaceLattice,
    expect_coordinates,
    find_lattice,
)
from trainer.durable_files import write_durably

PAGE, PLACES, FIELD_TABLE = "map.html", "places.parquet", "fields.parquet"

Told = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class MapOrder:
    """What to draw.

    Attributes:
        predictions: Of all places.
        fields: Answers for fields; none where they were not made.
        year: Of the harvest; the only one there is where none is named.
        title: Of the page.
    """

    predictions: PredictionFolder
    fields: RegionFields | None = None
    year: int | None = None
    title: str = "Crops"


@dataclass(frozen=True)
class WrittenMap:
    """What was written, and of how many places.

    Attributes:
        page: The page for people.
        rasters: GeoTIFFs; none where places are scattered.
        tables: GeoParquet.
        places, dates: How many.
        crs: Of the rasters; none where places are scattered.
    """

    page: Path
    rasters: tuple[Path, ...]
    tables: tuple[Path, ...]
    places: int
    dates: int
    crs: str | None


def write_map(order: MapOrder, folder: Path, tell: Told) -> WrittenMap:
    """Write the map under another name first: a folder that is there is whole."""
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    written = _write(order, unfinished, tell)
    if folder.exists():
        folder.rmdir()
    unfinished.rename(folder)

    def final(path: Path) -> Path:
        return folder / path.name

    return WrittenMap(
        page=final(written.page),
        rasters=tuple(map(final, written.rasters)),
        tables=tuple(map(final, written.tables)),
        places=written.places,
        dates=written.dates,
        crs=written.crs,
    )


def _write(order: MapOrder, folder: Path, tell: Told) -> WrittenMap:
    predictions, year = order.predictions, year_of(order.predictions, order.year)
    manifest = predictions.manifest
    first = read_day(predictions, manifest.days[0], year)
    expect_coordinates(first.longitudes, first.latitudes)
    lattice = find_lattice(first.longitudes, first.latitudes)
    rasters: list[Path] = []

    def days() -> Iterator[tuple[int, DayPlaces]]:
        for at, day in enumerate(manifest.days):
            places = read_day(predictions, day, year)
            if lattice is not None:
                name = f"{year}-{day_text(day).replace(' ', '-')}"
                rasters.extend(
                    write_crop_rasters(folder, name, lattice, places, manifest.legend)
                )
            yield day, places
            tell(at + 1, len(manifest.days))

    page = PageOrder(order.title, year, manifest.legend, manifest.model)
    middle = float(np.median(first.latitudes))
    sheet = (
        page_lattice(lattice, middle)
        if lattice
        else page_sheet(first.longitudes, first.latitudes)
    )
    text = render_map(page, sheet, days(), order.fields)
    write_durably(folder / PAGE, text.encode())
    tables = [_write_places(predictions, year, folder / PLACES)]
    if order.fields is not None and lattice is not None:
        path = folder / FIELD_TABLE
        tables.append(_write_fields(order.fields, lattice, first, year, path))
    return WrittenMap(
        page=folder / PAGE,
        rasters=tuple(rasters),
        tables=tuple(tables),
        places=len(first.crops),
        dates=len(manifest.days),
        crs=lattice.crs if lattice else None,
    )


def _write_places(predictions: PredictionFolder, year: int, path: Path) -> Path:
    """Write all places on all dates as points, a group of rows at a time."""
    writer: GeoTableWriter | None = None
    for group in predictions.groups():
        rows = group.filter(pc.equal(group["year"], year))
        rows = rows.drop_columns(["probabilities"])
        writer = writer or GeoTableWriter(path, rows.schema, "Point")
        x, y = rows["longitude"].to_numpy(), rows["latitude"].to_numpy()
        if len(x):
            bounds = (x.min(), y.min(), x.max(), y.max())
            writer.write(rows, points(x, y), tuple(map(float, bounds)))
    if writer is not None:
        writer.close()
    return path


def _write_fields(
    fields: RegionFields,
    lattice: PlaceLattice,
    places: DayPlaces,
    year: int,
    path: Path,
) -> Path:
    outlines, bounds = field_outlines(lattice, field_raster(lattice, places.fields))
    rows = fields.table.filter(pc.equal(fields.table["year"], year))
    writer = GeoTableWriter(path, rows.schema, "MultiPolygon")
    shapes = [outlines[name] for name in rows["field"].to_pylist()]
    writer.write(rows, pa.array(shapes, pa.binary()), bounds)
    writer.close()
    return path
