"""The pixels of the page: those of the lattice, fewer where there are too many.

Scattered places are drawn as dots on a plain sheet of longitude and latitude.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.crops.series.place_lattice import METRES_A_DEGREE, PlaceLattice

MOST_PIXELS = 4_000_000
SHEET_WIDTH = 900
DOT = 3
ROOM = 12


@dataclass(frozen=True, eq=False)
class PageLattice:
    """Which place each pixel of the page shows.

    Attributes:
        shown: The place of each pixel [row, column]; -1 where there is none.
        metres: The side of a pixel.
        one_in: How many pixels of the lattice one pixel of the page stands for.
        is_scattered: Whether places are dots.
    """

    shown: NDArray[np.intp]
    metres: float
    one_in: int
    is_scattered: bool


def page_lattice(lattice: PlaceLattice, latitude: float) -> PageLattice:
    """Return the pixels of places on a lattice."""
    shown = np.full(lattice.height * lattice.width, -1, np.intp)
    shown[lattice.pixels] = np.arange(len(lattice.rows))
    sheet = shown.reshape(lattice.height, lattice.width)
    stride = int(np.ceil(np.sqrt(sheet.size / MOST_PIXELS)))
    metres = float(np.sqrt(lattice.pixel_hectares(latitude) * 10_000))
    kept = sheet[stride // 2 :: stride, stride // 2 :: stride]
    return PageLattice(kept, metres * stride, stride**2, is_scattered=False)


def page_sheet(
    longitudes: NDArray[np.float64], latitudes: NDArray[np.float64]
) -> PageLattice:
    """Return the pixels of scattered places, each a dot."""
    shrink = float(np.cos(np.radians(np.median(latitudes))))
    x, y = (longitudes - longitudes.min()) * shrink, latitudes.max() - latitudes
    # A sheet is at most as high as wide.
    step = max(float(np.ptp(x)), float(np.ptp(y)), 1e-6) / (SHEET_WIDTH - 2 * ROOM)
    columns, rows = ((one / step).astype(np.intp) + ROOM for one in (x, y))
    shown = np.full((int(rows.max()) + ROOM, int(columns.max()) + ROOM), -1, np.intp)
    reach = range(-DOT, DOT + 1)
    for down, across in ((one, two) for one in reach for two in reach):
        if down**2 + across**2 <= DOT**2 + 1:
            shown[rows + down, columns + across] = np.arange(len(rows))
    return PageLattice(shown, step * METRES_A_DEGREE, 1, is_scattered=True)
