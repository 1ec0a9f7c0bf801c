"""Write made imagery: observations as Parquet by box and year, labels as GeoTIFF.

One scene is in memory at a time, and some of the rows that wait to be written: so a
folder of any size is made in little memory. What is drawn depends on the seed, the box
and the year alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from trainer.crops.made_imagery.made_landscape import (
    CRS,
    NORTH_M,
    PIXEL_M,
    WEST_M,
    FieldTraits,
    MadeBox,
    field_traits,
    made_box,
)
from trainer.crops.made_imagery.made_seasons import (
    BANDS,
    MADE_CROPS,
    MadeCrop,
    reflectance_of,
)
from trainer.crops.made_imagery.made_sky import Scene, overpass_days, seen_scene

DN_A_UNIT = 10_000
BASELINE_DN = 1000
BASELINE_DATE = date(2022, 1, 25)
ROWS_TOGETHER = 200_000
WRONG_LABELS = 0.02
SEEN_DAYS = range(50, 311)


@dataclass(frozen=True)
class MadeOrder:
    """What shall be made.

    Attributes:
        boxes: How many squares of land.
        side: Pixels of ten metres along a square's side.
        years: Which years are seen.
        seed: Of everything that is drawn.
        days: On which days of the year satellites pass, from 1 January as day 0.
        compression: Of the Parquet files.
    """

    boxes: int = 6
    side: int = 32
    years: tuple[int, ...] = (2019, 2020, 2021)
    seed: int = 0
    days: range = SEEN_DAYS
    compression: str = "zstd"

    @property
    def columns(self) -> int:
        """How many boxes lie beside each other."""
        return int(np.ceil(np.sqrt(self.boxes)))


@dataclass(frozen=True)
class MadeImagery:
    """Where it lies.

    Attributes:
        observations: The folder of Parquet files.
        labels: A raster of CDL codes a year.
        places: How many pixels there are.
        rows: How many observations.
    """

    observations: Path
    labels: dict[int, Path]
    places: int
    rows: int


def write_made_imagery(folder: Path, order: MadeOrder) -> MadeImagery:
    """Make all boxes in all years and write them."""
    observations, rows = folder / "observations", 0
    rasters = {year: _empty_raster(order) for year in order.years}
    for number in range(order.boxes):
        random = np.random.default_rng((order.seed, number))
        box = made_box(number, order.side, order.columns, random)
        traits = field_traits(box.field_count, random)
        for year in order.years:
            codes = _codes(box, traits, year)
            _place_codes(rasters[year], number, order, codes)
            below = observations / f"box={box.name}" / f"year={year}"
            below.mkdir(parents=True)
            scenes = _tables(box, traits, number, year, order)
            rows += _write_rows(below / "part-0.parquet", scenes, order.compression)
    labels = {year: _write_raster(folder, year, rasters[year]) for year in order.years}
    return MadeImagery(observations, labels, order.boxes * order.side**2, rows)


def _codes(box: MadeBox, traits: FieldTraits, year: int) -> NDArray[np.uint8]:
    codes = [traits.code(field, year) for field in range(box.field_count)]
    return np.array(codes, dtype=np.uint8)[box.fields]


def _tables(
    box: MadeBox, traits: FieldTraits, number: int, year: int, order: MadeOrder
) -> Iterator[pa.Table]:
    """Return the rows of one scene after another."""
    late = np.random.default_rng((order.seed, year)).normal(0, 5)
    random = np.random.default_rng((order.seed, number, year))
    days = overpass_days(number, order.days)
    ground, cover = _fields_seen(traits, box.field_count, year, np.array(days) - late)
    fixed = _fixed_columns(box)
    for index, day in enumerate(days):
        scene = seen_scene(ground[box.fields, index], cover[box.fields, index], random)
        yield _table(scene, date(year, 1, 1) + timedelta(days=day), fixed)


def _fields_seen(
    traits: FieldTraits, count: int, year: int, days: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return reflectance [field, day, band] and cover [field, day]."""
    ground, covers = [], []
    for field in range(count):
        crop: MadeCrop = MADE_CROPS[traits.code(field, year)]
        cover = crop.cover(days - traits.shifts[field]) * traits.vigours[field]
        cover = np.clip(cover, 0.0, 1.0)
        covers.append(cover)
        ground.append(reflectance_of(crop, cover, float(traits.brightness[field])))
    return np.stack(ground), np.stack(covers)


def _fixed_columns(box: MadeBox) -> dict[str, pa.Array]:
    """Return what is the same in every scene of a box."""
    from rasterio.warp import transform  # noqa: PLC0415 - only those who make need it

    side = len(box.eastings)
    east, north = np.meshgrid(box.eastings, box.northings)
    longitudes, latitudes = transform(CRS, "EPSG:4326", east.ravel(), north.ravel())
    names = [
        f"{box.name}-{row:04d}-{col:04d}" for row in range(side) for col in range(side)
    ]
    fields = [f"{box.name}-f{number:04d}" for number in box.fields.ravel()]
    return {
        "place": pa.array(names).dictionary_encode(),
        "field": pa.array(fields).dictionary_encode(),
        "longitude": pa.array(longitudes),
        "latitude": pa.array(latitudes),
    }


def _table(scene: Scene, day: date, fixed: dict[str, pa.Array]) -> pa.Table:
    pixels = scene.scene_class.size
    offset = BASELINE_DN if day >= BASELINE_DATE else 0
    numbers = np.round(scene.reflectance.reshape(pixels, -1) * DN_A_UNIT) + offset
    bands = numbers.astype(np.uint16).T
    return pa.table(
        {
            **fixed,
            "date": pa.array(np.full(pixels, np.datetime64(day))),
            **{
                name: pa.array(np.ascontiguousarray(one))
                for name, one in zip(BANDS, bands, strict=True)
            },
            "SCL": pa.array(scene.scene_class.ravel()),
            "cloud_probability": pa.array(scene.cloud_probability.ravel()),
        }
    )


def _write_rows(path: Path, tables: Iterator[pa.Table], compression: str) -> int:
    """Write tables one after another, some together in a row group."""
    rows, writer, waiting = 0, None, []
    for table in tables:
        waiting.append(table)
        rows += table.num_rows
        writer = writer or pq.ParquetWriter(path, table.schema, compression=compression)
        if sum(one.num_rows for one in waiting) >= ROWS_TOGETHER:
            writer.write_table(pa.concat_tables(waiting).unify_dictionaries())
            waiting = []
    if writer is not None:
        if waiting:
            writer.write_table(pa.concat_tables(waiting).unify_dictionaries())
        writer.close()
    return rows


def _empty_raster(order: MadeOrder) -> NDArray[np.uint8]:
    lines = -(-order.boxes // order.columns)
    return np.zeros((lines * order.side, order.columns * order.side), dtype=np.uint8)


def _place_codes(
    raster: NDArray[np.uint8], number: int, order: MadeOrder, codes: NDArray[np.uint8]
) -> None:
    """Put a box's codes where it lies; some pixels get another code, as maps have."""
    random = np.random.default_rng((order.seed, number, int(codes.sum())))
    wrong = random.random(codes.shape) < WRONG_LABELS
    others = random.choice(list(MADE_CROPS), codes.shape)
    row, column = (one * order.side for one in divmod(number, order.columns))
    told = np.where(wrong, others, codes)
    raster[row : row + order.side, column : column + order.side] = told


def _write_raster(folder: Path, year: int, codes: NDArray[np.uint8]) -> Path:
    import rasterio  # noqa: PLC0415 - only those who make imagery need it
    from rasterio.transform import from_origin  # noqa: PLC0415

    path = folder / f"labels-{year}.tif"
    height, width = codes.shape
    profile = {
        "driver": "GTiff",
        "height": height,
        "width": width,
        "count": 1,
        "dtype": "uint8",
        "crs": CRS,
        "transform": from_origin(WEST_M, NORTH_M, PIXEL_M, PIXEL_M),
        "nodata": 0,
        "compress": "deflate",
    }
    with rasterio.open(path, "w", **profile) as raster:
        raster.write(codes, 1)
    return path
