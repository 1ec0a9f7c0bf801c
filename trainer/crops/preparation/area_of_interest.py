"""An area of interest: a bounding box, or the polygons of a GeoJSON file."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.errors import LibraryError

Ring = tuple[tuple[float, float], ...]
"""A closed line of longitude and latitude."""

Area = tuple[tuple[Ring, ...], ...]
"""Polygons, each with its rings; a ring within a ring is a hole."""

_FEWEST_POINTS = 4


def read_area(text: str) -> Area:
    """Read `west,south,east,north` or a GeoJSON file."""
    path = Path(text)
    return _polygons(path) if path.exists() or "json" in path.suffix else _box(text)


def is_inside(
    area: Area, longitudes: NDArray[np.float64], latitudes: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell which places lie in any of the polygons."""
    inside = np.zeros(len(longitudes), dtype=np.bool_)
    for rings in area:
        within = np.zeros(len(longitudes), dtype=np.bool_)
        for ring in rings:
            within ^= _is_within(ring, longitudes, latitudes)
        inside |= within
    return inside


def _is_within(
    ring: Ring, longitudes: NDArray[np.float64], latitudes: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell from where a line eastwards crosses the ring an odd number of times."""
    within = np.zeros(len(longitudes), dtype=np.bool_)
    for (west, south), (east, north) in pairwise(ring):
        if south == north:
            continue
        spans = (latitudes >= min(south, north)) & (latitudes < max(south, north))
        share = (latitudes - south) / (north - south)
        within ^= spans & (longitudes < west + share * (east - west))
    return within


def _box(text: str) -> Area:
    try:
        west, south, east, north = (float(one) for one in text.split(","))
    except ValueError as error:
        raise LibraryError(
            f"expected an area as west,south,east,north or a GeoJSON file, found "
            f"{text}; correct it"
        ) from error
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - degrees
        raise LibraryError(
            f"expected west < east and south < north in degrees, found {text}; order "
            "them so"
        )
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return ((ring,),)


def _polygons(path: Path) -> Area:
    try:
        area = tuple(_found(json.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise LibraryError(
            f"expected polygons as GeoJSON in {path}, could not read them ({error}); "
            "export them again in WGS84"
        ) from error
    rings = [ring for polygon in area for ring in polygon]
    if not rings or any(len(ring) < _FEWEST_POINTS for ring in rings):
        raise LibraryError(
            f"expected polygons in {path}, found {len(rings)} rings, of which some may "
            "be too short; draw the area as a polygon"
        )
    _check_degrees(np.array([point for ring in rings for point in ring]), path)
    return area


def _found(found: dict[str, Any]) -> Iterator[tuple[Ring, ...]]:
    """Return the polygons of whatever a GeoJSON file holds."""
    kind = found["type"]
    if kind == "FeatureCollection":
        for one in found["features"]:
            yield from _found(one)
    elif kind == "Feature":
        yield from _found(found["geometry"])
    elif kind in {"Polygon", "MultiPolygon"}:
        parts = [found["coordinates"]] if kind == "Polygon" else found["coordinates"]
        for part in parts:
            yield tuple(_ring(points) for points in part)


def _ring(points: list[list[float]]) -> Ring:
    return tuple((float(point[0]), float(point[1])) for point in points)


def _check_degrees(points: NDArray[np.float64], path: Path) -> None:
    if (np.abs(points) > (180, 90)).any():
        raise LibraryError(
            f"expected degrees of WGS84 in {path}, found {np.abs(points).max():g}; "
            "export it again in EPSG:4326"
        )
