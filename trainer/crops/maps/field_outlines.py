"""The outline of each field, drawn around its pixels."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.crops.maps.geo_parquet import Polygon, multi_polygon
from trainer.crops.series.place_lattice import DEGREES, PlaceLattice

NO_FIELD = 0


@dataclass(frozen=True, eq=False)
class FieldRaster:
    """Which field each pixel belongs to.

    Attributes:
        names: Of the fields.
        numbers: The field of each pixel, counted from 1; 0 where there is none.
    """

    names: NDArray[np.str_]
    numbers: NDArray[np.int32]


def field_raster(lattice: PlaceLattice, fields: NDArray[np.str_]) -> FieldRaster:
    """Return the fields of places on their lattice."""
    has_one = fields != ""
    names, member = np.unique(fields[has_one], return_inverse=True)
    numbers = np.zeros(lattice.height * lattice.width, np.int32)
    numbers[lattice.pixels[has_one]] = member + 1
    return FieldRaster(names, numbers.reshape(lattice.height, lattice.width))


def field_outlines(
    lattice: PlaceLattice, fields: FieldRaster
) -> tuple[dict[str, bytes], tuple[float, float, float, float]]:
    """Return each field's outline in well-known binary, and the bounds of them all."""
    from rasterio.features import shapes  # noqa: PLC0415 - slow to load, for maps only
    from rasterio.transform import from_origin  # noqa: PLC0415

    corner = (lattice.west, lattice.north, lattice.step_x, lattice.step_y)
    mask = fields.numbers != NO_FIELD
    found: dict[int, list[Polygon]] = {}
    drawn = shapes(fields.numbers, mask=mask, transform=from_origin(*corner))
    for outline, number in drawn:
        found.setdefault(int(number), []).append(outline["coordinates"])
    told = {number: _in_degrees(parts, lattice.crs) for number, parts in found.items()}
    corners = np.concatenate(
        [np.asarray(ring) for parts in told.values() for part in parts for ring in part]
    )
    west, south = map(float, corners.min(axis=0))
    east, north = map(float, corners.max(axis=0))
    outlines = {
        str(fields.names[number - 1]): multi_polygon(parts)
        for number, parts in told.items()
    }
    return outlines, (west, south, east, north)


def _in_degrees(parts: list[Polygon], crs: str) -> list[Any]:
    if crs == DEGREES:
        return parts
    from rasterio.warp import transform_geom  # noqa: PLC0415 - for maps only

    shape = {"type": "MultiPolygon", "coordinates": parts}
    turned: list[Any] = transform_geom(crs, DEGREES, shape)["coordinates"]
    return turned
