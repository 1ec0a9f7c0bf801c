"""GeoTIFF of a date: classes with their colours, and how sure they are.

`crops-*.tif` has one band of classes, counted from 1 in the order of the legend; 0 is
where no place was told. `certainty-*.tif` has two: the probability of that class, and
novelty.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.crops.maps.crop_palette import crop_colours, red_green_blue
from trainer.crops.maps.map_order import DayPlaces
from trainer.crops.series.place_lattice import PlaceLattice
from trainer.errors import LibraryError

NOTHING = 0
MOST_CLASSES = 254
TILE = 256
OPAQUE = 255


def write_crop_rasters(
    folder: Path,
    name: str,
    lattice: PlaceLattice,
    places: DayPlaces,
    legend: tuple[str, ...],
) -> tuple[Path, Path]:
    """Write both rasters of one date, and return where."""
    if len(legend) > MOST_CLASSES:
        raise LibraryError(
            f"expected at most {MOST_CLASSES} classes in a raster of bytes, found "
            f"{len(legend)}; join some of them"
        )
    classes, certainty = folder / f"crops-{name}.tif", folder / f"certainty-{name}.tif"
    _write_classes(classes, lattice, class_raster(lattice, places), legend)
    bands = [on_lattice(lattice, one) for one in (places.probability, places.novelty)]
    _write_certainty(certainty, lattice, bands)
    return classes, certainty


def class_raster(lattice: PlaceLattice, places: DayPlaces) -> NDArray[np.uint8]:
    """Return the class of each pixel, counted from 1; 0 where there is no place."""
    raster = np.zeros(lattice.height * lattice.width, np.uint8)
    raster[lattice.pixels] = places.crops + 1
    return raster.reshape(lattice.height, lattice.width)


def on_lattice(
    lattice: PlaceLattice, numbers: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return numbers as a raster; nan where there is no place."""
    raster = np.full(lattice.height * lattice.width, np.nan, np.float32)
    raster[lattice.pixels] = numbers
    return raster.reshape(lattice.height, lattice.width)


def _write_classes(
    path: Path,
    lattice: PlaceLattice,
    raster: NDArray[np.uint8],
    legend: tuple[str, ...],
) -> None:
    import rasterio  # noqa: PLC0415 - slow to load, for maps only

    colours = {
        at + 1: (*red_green_blue(one), OPAQUE)
        for at, one in enumerate(crop_colours(legend))
    }
    profile = _profile(lattice) | {"count": 1, "dtype": "uint8", "nodata": NOTHING}
    with rasterio.open(path, "w", **profile) as file:
        file.write(raster, 1)
        file.write_colormap(1, {NOTHING: (0, 0, 0, 0), **colours})
        file.set_band_description(1, "crop")
        file.update_tags(1, **{f"class_{at + 1}": one for at, one in enumerate(legend)})


def _write_certainty(
    path: Path, lattice: PlaceLattice, bands: list[NDArray[np.float32]]
) -> None:
    import rasterio  # noqa: PLC0415 - slow to load, for maps only

    profile = _profile(lattice) | {"count": 2, "dtype": "float32", "nodata": np.nan}
    with rasterio.open(path, "w", **profile, predictor=3) as file:
        for at, (name, band) in enumerate(
            zip(("probability", "novelty"), bands, strict=True), start=1
        ):
            file.write(band, at)
            file.set_band_description(at, name)


def _profile(lattice: PlaceLattice) -> dict[str, object]:
    from rasterio.transform import from_origin  # noqa: PLC0415 - for maps only

    corner = (lattice.west, lattice.north, lattice.step_x, lattice.step_y)
    return {
        "driver": "GTiff",
        "height": lattice.height,
        "width": lattice.width,
        "crs": lattice.crs,
        "transform": from_origin(*corner),
        "compress": "deflate",
        "tiled": True,
        "blockxsize": TILE,
        "blockysize": TILE,
    }
