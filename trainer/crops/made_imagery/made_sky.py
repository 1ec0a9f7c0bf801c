"""Made overpasses: on which days, under which clouds, seen with how much noise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, shift, uniform_filter

REVISIT_DAYS = 5
SECOND_ORBIT_DAYS = 2
NOISE = 0.006
CLOUD_REFLECTANCE = 0.75
SHADOW_LIGHT = 0.45
SHADOW, VEGETATION, BARE, WATER = 3, 4, 5, 6
CLOUD_MEDIUM, CLOUD_HIGH, CIRRUS = 8, 9, 10
GREEN_COVER = 0.4


@dataclass(frozen=True, eq=False)
class Scene:
    """What one overpass saw of a box.

    Attributes:
        reflectance: [row, column, band], as a fraction.
        scene_class: As the scene classification of Sentinel-2 tells it.
        cloud_probability: In percent.
    """

    reflectance: NDArray[np.float64]
    scene_class: NDArray[np.uint8]
    cloud_probability: NDArray[np.uint8]


def overpass_days(number: int, days: range) -> list[int]:
    """Return the days on which a box is seen; every other one from two orbits."""
    seen = [day for day in days if day % REVISIT_DAYS == number % REVISIT_DAYS]
    if number % 2:
        seen += [day + SECOND_ORBIT_DAYS for day in seen]
    return sorted(day for day in seen if day in days)


def seen_scene(
    ground: NDArray[np.float64], cover: NDArray[np.float64], random: np.random.Generator
) -> Scene:
    """Put clouds, their shadows, blur and noise over what lies on the ground."""
    thickness = _clouds(cover.shape, random)
    shadow = shift(thickness, (4, 3), order=0) > GREEN_COVER
    blurred = uniform_filter(ground, (3, 3, 1)) * 0.5 + ground * 0.5
    lit = np.where(shadow[..., None], blurred * SHADOW_LIGHT, blurred)
    veiled = lit + thickness[..., None] * (CLOUD_REFLECTANCE - lit)
    seen = veiled * (1 + random.normal(0, 0.02)) + random.normal(0, NOISE, lit.shape)
    probability = 100 * thickness + random.normal(0, 4, cover.shape)
    return Scene(
        reflectance=np.clip(seen, 0.0005, 1.5),
        scene_class=_scene_class(thickness, shadow, cover, ground),
        cloud_probability=np.clip(probability, 0, 100).astype(np.uint8),
    )


def _clouds(shape: tuple[int, ...], random: np.random.Generator) -> NDArray[np.float64]:
    """Return how thick clouds are: 0 is clear, 1 hides the ground."""
    share = random.beta(0.6, 1.0)
    field = gaussian_filter(random.normal(size=shape), max(2.0, shape[0] / 8))
    edge = np.quantile(field, 1 - share)
    thick = (field - edge) / (field.std() + 1e-9)
    clipped: NDArray[np.float64] = np.clip(thick, 0.0, 1.0)
    return clipped


def _scene_class(
    thickness: NDArray[np.float64],
    shadow: NDArray[np.bool_],
    cover: NDArray[np.float64],
    ground: NDArray[np.float64],
) -> NDArray[np.uint8]:
    """Tell classes as a processor would: thin clouds are missed."""
    clear = np.where(cover > GREEN_COVER, VEGETATION, BARE)
    clear = np.where(ground[..., -1] < 0.02, WATER, clear)  # noqa: PLR2004 - dark in B12
    told = np.where(shadow, SHADOW, clear)
    for edge, code in ((0.15, CIRRUS), (0.4, CLOUD_MEDIUM), (0.7, CLOUD_HIGH)):
        told = np.where(thickness > edge, code, told)
    found: NDArray[np.uint8] = told.astype(np.uint8)
    return found
