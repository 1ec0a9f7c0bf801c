"""How made crops green up and fade, and what twelve bands of Sentinel-2 see of them.

The cover of a field follows double logistic curves (Beck et al. 2006), and its
reflectance lies between its soil's and its canopy's. The curves and spectra are chosen
to be plausible and distinct; they are nobody's measurements.
"""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

BANDS = (
    *("B01", "B02", "B03", "B04", "B05", "B06"),
    *("B07", "B08", "B8A", "B09", "B11", "B12"),
)

_SOIL = (0.07, 0.09, 0.12, 0.16, 0.18, 0.20, 0.21, 0.23, 0.24, 0.25, 0.30, 0.26)
_WATER = (0.05, 0.05, 0.04, 0.03, 0.03, 0.02, 0.02, 0.02, 0.02, 0.01, 0.01, 0.01)
_TALL = (0.02, 0.03, 0.06, 0.03, 0.09, 0.28, 0.36, 0.38, 0.40, 0.40, 0.18, 0.08)
_BROAD = (0.02, 0.03, 0.07, 0.03, 0.11, 0.38, 0.50, 0.53, 0.55, 0.53, 0.23, 0.10)
_NARROW = (0.03, 0.04, 0.08, 0.05, 0.12, 0.27, 0.33, 0.36, 0.38, 0.38, 0.22, 0.12)
_FOREST = (0.01, 0.02, 0.04, 0.02, 0.06, 0.22, 0.29, 0.31, 0.33, 0.34, 0.14, 0.06)


@dataclass(frozen=True)
class Growth:
    """One growth in a season.

    Attributes:
        green_up: The day on which half of the cover is there, from 1 January.
        fade: The day on which half of it is gone.
        peak: The cover between them, as a fraction.
        up_days, fade_days: How slow either is.
    """

    green_up: float
    fade: float
    peak: float = 0.9
    up_days: float = 8.0
    fade_days: float = 7.0


@dataclass(frozen=True)
class MadeCrop:
    """What grows on a made field: its name is that of the code in the CDL.

    Attributes:
        code: Of the Cropland Data Layer.
        growths: One, or two where two crops follow each other.
        canopy: Its reflectance where nothing else is seen.
        ground: What is seen between the plants.
        winter_cover: What stays all year.
    """

    code: int
    growths: tuple[Growth, ...]
    canopy: tuple[float, ...]
    ground: tuple[float, ...] = _SOIL
    winter_cover: float = 0.05

    def cover(self, days: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how much of the ground is covered, as a fraction."""
        found = np.full(days.shape, self.winter_cover)
        for one in self.growths:
            risen = 1 / (1 + np.exp(-(days - one.green_up) / one.up_days))
            faded = 1 / (1 + np.exp(-(days - one.fade) / one.fade_days))
            found = np.maximum(found, one.peak * (risen - faded))
        clipped: NDArray[np.float64] = np.clip(found, 0.0, 1.0)
        return clipped


_SOYBEANS_LATE = Growth(green_up=202, fade=280, peak=0.75)
_WHEAT = Growth(green_up=88, fade=168, peak=0.85, up_days=12)

MADE_CROPS = MappingProxyType(
    {
        one.code: one
        for one in (
            MadeCrop(1, (Growth(165, 258, 0.92),), _TALL),
            MadeCrop(5, (Growth(181, 257, 0.95, fade_days=5),), _BROAD),
            MadeCrop(4, (Growth(184, 274, 0.80, up_days=11),), _TALL),
            MadeCrop(24, (_WHEAT,), _NARROW, winter_cover=0.2),
            MadeCrop(26, (_WHEAT, _SOYBEANS_LATE), _NARROW, winter_cover=0.2),
            MadeCrop(225, (_WHEAT, Growth(205, 285, 0.7)), _TALL, winter_cover=0.2),
            MadeCrop(36, (Growth(98, 150), Growth(160, 290, 0.8)), _BROAD),
            MadeCrop(61, (Growth(120, 270, 0.25, 15, 15),), _NARROW),
            MadeCrop(176, (Growth(105, 290, 0.6, 15, 20),), _NARROW, winter_cover=0.3),
            MadeCrop(141, (Growth(125, 288, 0.95),), _FOREST, winter_cover=0.3),
            MadeCrop(111, (), _WATER, ground=_WATER),
        )
    }
)

ROTATIONS: tuple[tuple[float, tuple[int, ...]], ...] = (
    (0.40, (1, 5)),
    (0.14, (5, 1)),
    (0.05, (1,)),
    (0.10, (24, 4)),
    (0.06, (26, 24)),
    (0.02, (225,)),
    (0.07, (36,)),
    (0.03, (61,)),
    (0.07, (176,)),
    (0.04, (141,)),
    (0.02, (111,)),
)
"""The share of fields with each sequence of codes, year after year."""


def reflectance_of(
    crop: MadeCrop, cover: NDArray[np.float64], brightness: float
) -> NDArray[np.float64]:
    """Return what is seen of a crop [day, band] at a cover [day]."""
    ground = np.asarray(crop.ground) * brightness
    canopy = np.asarray(crop.canopy)
    mixed: NDArray[np.float64] = ground + cover[:, None] * (canopy - ground)
    return mixed
