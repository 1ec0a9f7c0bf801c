"""The grid of pixels that places lie on, found from their coordinates alone.

Series know a place by longitude and latitude. Most come from rasters, and lie on a
lattice again once they are projected as the raster was: zones of UTM around them and
plain degrees are tried. Places that lie on none are scattered; they make no raster.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from trainer.errors import LibraryError

Array = NDArray[np.float64]

DEGREES = "EPSG:4326"
METRES_A_DEGREE = 111_320.0
ZONE_DEGREES = 6
MOST_NEAR, MOST_TRIED = 20_000, 4000
"""Of many places, those in the middle of all tell how far neighbours lie apart."""

NEIGHBOURS = 5
STRAIGHT = 5.0
"""A neighbour lies along an axis when it is so many times farther along than beside."""

OFF_BY = 0.2
"""How far, in pixels, nine of ten places may lie from their pixel's middle."""

REGULAR_SHARE = 0.9
FIRST_LINES = 32
WHOLE_WITHIN = 2e-5
"""A step so near to whole metres is meant to be whole."""

MOST_PIXELS = 400_000_000


@dataclass(frozen=True, eq=False)
class PlaceLattice:
    """Places on a grid; rows run from north to south.

    Attributes:
        crs: How coordinates are meant, such as `EPSG:32615`.
        west, north: The outer edge of the first column and row.
        step_x, step_y: The size of a pixel, in units of the crs.
        height, width: How many pixels there are.
        rows, columns: The pixel of each place.
    """

    crs: str
    west: float
    north: float
    step_x: float
    step_y: float
    height: int
    width: int
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]

    @property
    def pixels(self) -> NDArray[np.intp]:
        """Return the pixel of each place, counted row by row."""
        return self.rows * self.width + self.columns

    def pixel_hectares(self, latitude: float) -> float:
        """Return the area of a pixel."""
        if self.crs != DEGREES:
            return self.step_x * self.step_y / 10_000
        along = METRES_A_DEGREE * np.cos(np.radians(latitude))
        return float(self.step_x * along * self.step_y * METRES_A_DEGREE / 10_000)


def find_lattice(longitudes: Array, latitudes: Array) -> PlaceLattice | None:
    """Return the lattice that places lie on; nothing where they are scattered."""
    if len(longitudes) < NEIGHBOURS:
        return None
    expect_coordinates(longitudes, latitudes)
    # The best of the first fits: plain degrees fit nearly, where a region is small.
    for crs in (*_zones(longitudes, latitudes), DEGREES):
        x, y = project(longitudes, latitudes, crs)
        found = _lattice_of(x, y, crs, latitudes)
        if found is not None:
            return found
    return None


def project(longitudes: Array, latitudes: Array, crs: str) -> tuple[Array, Array]:
    """Return coordinates as `crs` means them."""
    if crs == DEGREES:
        return longitudes, latitudes
    from rasterio.warp import transform  # noqa: PLC0415 - slow to load, for maps only

    x, y = transform(DEGREES, crs, longitudes, latitudes)
    return np.asarray(x), np.asarray(y)


def expect_coordinates(longitudes: Array, latitudes: Array) -> None:
    """Refuse coordinates that are none."""
    is_known = (np.abs(longitudes) <= 180) & (np.abs(latitudes) <= 90)  # noqa: PLR2004
    if not is_known.all():
        raise LibraryError(
            f"expected longitudes and latitudes in degrees, found "
            f"{int((~is_known).sum())} places without; prepare them with coordinates"
        )


def _zones(longitudes: Array, latitudes: Array) -> list[str]:
    """Return the zone of UTM that places lie in, and the ones beside it."""
    zone = int((np.median(longitudes) + 180) // ZONE_DEGREES)
    hemisphere = 32600 if np.median(latitudes) >= 0 else 32700
    return [f"EPSG:{hemisphere + (zone + one) % 60 + 1}" for one in (0, -1, 1)]


def _lattice_of(x: Array, y: Array, crs: str, latitudes: Array) -> PlaceLattice | None:
    shrink = np.cos(np.radians(np.median(latitudes))) if crs == DEGREES else 1.0
    steps = _steps(x * shrink, y)
    if steps is None:
        return None
    across, down = _snapped(x, steps[0] / shrink), _snapped(-y, steps[1])
    height, width = int(down.lines.max()) + 1, int(across.lines.max()) + 1
    if not (across.fits and down.fits) or height * width > MOST_PIXELS:
        return None
    return PlaceLattice(
        crs=crs,
        west=across.edge,
        north=-down.edge,
        step_x=across.step,
        step_y=down.step,
        height=height,
        width=width,
        rows=down.lines,
        columns=across.lines,
    )


def _steps(x: Array, y: Array) -> tuple[float, float] | None:
    """Return how far neighbours lie apart along either axis."""
    far = np.abs(x - np.median(x)) + np.abs(y - np.median(y))
    if len(x) > MOST_NEAR:
        near = np.argpartition(far, MOST_NEAR)[:MOST_NEAR]
        x, y = x[near], y[near]
    points = np.unique(np.stack([x, y], axis=1), axis=0)
    if len(points) < NEIGHBOURS:
        return None
    tried = points[:: max(1, len(points) // MOST_TRIED)]
    _, beside = cKDTree(points).query(tried, k=NEIGHBOURS)
    apart = np.abs(points[beside[:, 1:]] - tried[:, None, :]).reshape(-1, 2)
    along = [
        apart[apart[:, axis] > STRAIGHT * apart[:, 1 - axis], axis] for axis in (0, 1)
    ]
    if min(map(len, along)) < len(tried) / 4:
        return None
    return _typical(along[0]), _typical(along[1])


def _typical(apart: Array) -> float:
    """Return the mean of distances that are about the median."""
    middle = np.median(apart)
    return float(apart[np.abs(apart - middle) < middle / 10].mean())


@dataclass(frozen=True, eq=False)
class _Lines:
    """The line of each place along one axis, and whether they lie on lines at all."""

    lines: NDArray[np.intp]
    edge: float
    step: float
    fits: bool


def _snapped(at: Array, step: float) -> _Lines:
    first = float(at.min())
    offset, step = _fitted(at - first, step)
    position = (at - first - offset) / step
    line = np.round(position)
    fits = float((np.abs(position - line) <= OFF_BY).mean()) >= REGULAR_SHARE
    edge = first + offset + (float(line.min()) - 0.5) * step
    return _Lines((line - line.min()).astype(np.intp), edge, step, fits)


def _fitted(at: Array, step: float) -> tuple[float, float]:
    """Return where the first line is and how far lines lie apart.

    Neighbours tell the step too roughly for a wide region. So lines are fitted to those
    near the beginning, then to twice as many, until all have their say.
    """
    turns = np.exp(2j * np.pi * at[at <= FIRST_LINES * step] / step)
    offset = float(np.angle(turns.mean()) / (2 * np.pi) * step)
    reach = FIRST_LINES
    while True:
        near = at <= reach * step
        lines = np.round((at[near] - offset) / step)
        if np.ptp(lines) > 0:
            step, offset = map(float, np.polyfit(lines, at[near], 1))
        if near.all() or step <= 0:
            break
        reach *= 2
    whole = round(step)
    is_whole = whole > 0 and abs(step - whole) < WHOLE_WITHIN * whole
    return offset, float(whole) if is_whole else step
