"""Tables with geometry: GeoParquet 1.1, written with pyarrow alone.

A column of well-known binary, and the file's key `geo` that says so. Coordinates are
longitude and latitude in WGS84, which is what no `crs` means there.
"""

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

GEO, GEOMETRY, VERSION = b"geo", "geometry", "1.1.0"
LITTLE_ENDIAN = 1
POINT, POLYGON, MULTI_POLYGON = 1, 3, 6

Ring = Sequence[tuple[float, float]]
Polygon = Sequence[Ring]
"""The outer ring, then its holes."""


class GeoTableWriter:
    """Writes tables with geometry one after another into one file."""

    def __init__(self, path: Path, schema: pa.Schema, kind: str) -> None:
        self._kind = kind
        self._schema = schema.append(pa.field(GEOMETRY, pa.binary()))
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._west = self._south = np.inf
        self._east = self._north = -np.inf

    def write(
        self, table: pa.Table, geometry: pa.Array, bounds: Sequence[float]
    ) -> None:
        """Write rows whose geometry lies in bounds: west, south, east, north."""
        self._writer.write_table(
            table.append_column(self._schema.field(GEOMETRY), geometry)
        )
        self._west, self._south = (
            min(self._west, bounds[0]),
            min(self._south, bounds[1]),
        )
        self._east, self._north = (
            max(self._east, bounds[2]),
            max(self._north, bounds[3]),
        )

    def close(self) -> None:
        """Say in the file what its geometry is, and finish it."""
        column: dict[str, Any] = {"encoding": "WKB", "geometry_types": [self._kind]}
        if np.isfinite(self._west):
            column["bbox"] = [self._west, self._south, self._east, self._north]
        geo = {
            "version": VERSION,
            "primary_column": GEOMETRY,
            "columns": {GEOMETRY: column},
        }
        self._writer.add_key_value_metadata({GEO: msgspec.json.encode(geo)})
        self._writer.close()


def points(longitudes: NDArray[np.float64], latitudes: NDArray[np.float64]) -> pa.Array:
    """Return places as points in well-known binary."""
    layout = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
    made = np.empty(len(longitudes), layout)
    made["order"], made["kind"] = LITTLE_ENDIAN, POINT
    made["x"], made["y"] = longitudes, latitudes
    width = pa.binary(layout.itemsize)
    buffers = [None, pa.py_buffer(made.tobytes())]
    return pa.Array.from_buffers(width, len(made), buffers).cast(pa.binary())


def multi_polygon(polygons: Iterable[Polygon]) -> bytes:
    """Return polygons as one geometry in well-known binary."""
    parts = [_polygon(one) for one in polygons]
    head = struct.pack("<BII", LITTLE_ENDIAN, MULTI_POLYGON, len(parts))
    return head + b"".join(parts)


def _polygon(rings: Polygon) -> bytes:
    head = struct.pack("<BII", LITTLE_ENDIAN, POLYGON, len(rings))
    return head + b"".join(_ring(one) for one in rings)


def _ring(ring: Ring) -> bytes:
    corners = np.asarray(ring, "<f8")
    return struct.pack("<I", len(corners)) + corners.tobytes()
