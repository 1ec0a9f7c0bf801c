"""Made boxes of land, cut into rectangular fields of several sizes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.crops.made_imagery.made_seasons import ROTATIONS

PIXEL_M = 10
CRS = "EPSG:32615"
"""UTM zone 15 north, so that the made land lies in Iowa on a map."""
WEST_M, NORTH_M = 450_000, 4_650_000
SMALLEST_SIDE = 5
LARGEST_SIDE = 24


@dataclass(frozen=True, eq=False)
class MadeBox:
    """A square of land.

    Attributes:
        name: Its id.
        eastings, northings: Of the middle of each column and row, in metres.
        fields: The number of the field of each pixel [row, column].
    """

    name: str
    eastings: NDArray[np.float64]
    northings: NDArray[np.float64]
    fields: NDArray[np.int32]

    @property
    def field_count(self) -> int:
        """How many fields it has."""
        return int(self.fields.max()) + 1


@dataclass(frozen=True, eq=False)
class FieldTraits:
    """What sets fields apart, one entry each.

    Attributes:
        rotations: An index into `ROTATIONS`.
        phases: Where in the rotation the field was in year 0.
        shifts: How many days later than usual it is sown.
        vigours: Its cover against the usual.
        brightness: Of its soil against the usual.
    """

    rotations: NDArray[np.int64]
    phases: NDArray[np.int64]
    shifts: NDArray[np.float64]
    vigours: NDArray[np.float64]
    brightness: NDArray[np.float64]

    def code(self, field: int, year: int) -> int:
        """Return what grows on a field in a year, as a code of the CDL."""
        sequence: tuple[int, ...] = ROTATIONS[int(self.rotations[field])][1]
        return sequence[(year + int(self.phases[field])) % len(sequence)]


def made_box(
    number: int, side: int, columns: int, random: np.random.Generator
) -> MadeBox:
    """Cut a square of `side` pixels into fields."""
    row, column = divmod(number, columns)
    steps = (np.arange(side, dtype=np.float64) + 0.5) * PIXEL_M
    return MadeBox(
        name=f"made-{number:03d}",
        eastings=WEST_M + column * side * PIXEL_M + steps,
        northings=NORTH_M - row * side * PIXEL_M - steps,
        fields=_cut(side, random),
    )


def field_traits(count: int, random: np.random.Generator) -> FieldTraits:
    """Draw what sets the fields of a box apart."""
    shares = np.array([share for share, _ in ROTATIONS])
    return FieldTraits(
        rotations=random.choice(len(ROTATIONS), count, p=shares / shares.sum()),
        phases=random.integers(0, 2, count),
        shifts=random.normal(0, 6, count),
        vigours=random.uniform(0.8, 1.05, count),
        brightness=random.uniform(0.75, 1.3, count),
    )


def _cut(side: int, random: np.random.Generator) -> NDArray[np.int32]:
    """Cut a rectangle in two as long as a part is too large."""
    fields = np.zeros((side, side), dtype=np.int32)
    waiting, number = [(0, side, 0, side)], 0
    while waiting:
        top, bottom, left, right = waiting.pop()
        halves = _halves((top, bottom, left, right), random)
        if halves:
            waiting.extend(halves)
            continue
        fields[top:bottom, left:right] = number
        number += 1
    return fields


def _halves(
    edges: tuple[int, int, int, int], random: np.random.Generator
) -> list[tuple[int, int, int, int]]:
    top, bottom, left, right = edges
    height, width = bottom - top, right - left
    longer = max(height, width)
    is_small = longer < LARGEST_SIDE and random.random() < SMALLEST_SIDE / longer
    if longer < 2 * SMALLEST_SIDE or is_small:
        return []
    at = int(random.integers(SMALLEST_SIDE, longer - SMALLEST_SIDE + 1))
    if height >= width:
        return [(top, top + at, left, right), (top + at, bottom, left, right)]
    return [(top, bottom, left, left + at), (top, bottom, left + at, right)]
