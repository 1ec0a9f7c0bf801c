"""How much of each crop there is in a region, with an interval.

Counting the pixels of a map is biased: a crop that is often mistaken for another is
counted too little. So areas are estimated as Olofsson et al. (2014) do: the map is the
strata, and places held back say which share of each mapped class really is which crop.
The standard error counts fields, not pixels, as what was drawn (a ratio estimator by
cluster); with one pixel a field it is their equation 10.

It holds for a region in which mapped classes are mistaken as often as on the places
held back.
"""

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Array = NDArray[np.float64]

LEVEL = 0.9
FEWEST_FIELDS = 2


class CropArea(msgspec.Struct, frozen=True, kw_only=True):
    """The area of one crop.

    Attributes:
        crop: Its name.
        mapped_ha: What pixels add up to.
        area_ha: The estimate that knows how the map errs.
        standard_error_ha: Of the estimate.
        low_ha, high_ha: Its interval.
        is_judged: Whether places held back were mapped as this crop, in two fields
            at least; what is not judged is taken as mapped and widens the intervals.
    """

    crop: str
    mapped_ha: float
    area_ha: float
    standard_error_ha: float
    low_ha: float
    high_ha: float
    is_judged: bool


@dataclass(frozen=True, eq=False)
class JudgedPixels:
    """Pixels held back: what was told, what grew, and in which field.

    Attributes:
        told, grown: Classes of each pixel.
        fields: The field of each, counted from zero.
    """

    told: NDArray[np.intp]
    grown: NDArray[np.intp]
    fields: NDArray[np.intp]


def crop_areas(
    mapped_ha: NDArray[np.floating],
    judged: JudgedPixels,
    legend: tuple[str, ...],
    level: float = LEVEL,
) -> tuple[CropArea, ...]:
    """Estimate each crop's area from what is mapped and how the map errs."""
    whole = float(mapped_ha.sum())
    weights = mapped_ha / max(whole, 1e-9)
    shares, errors, is_judged = _estimates(weights, judged)
    reach = float(ndtri((1 + level) / 2))
    return tuple(
        CropArea(
            crop=name,
            mapped_ha=float(mapped_ha[at]),
            area_ha=whole * float(shares[at]),
            standard_error_ha=whole * float(errors[at]),
            low_ha=whole * max(float(shares[at] - reach * errors[at]), 0.0),
            high_ha=whole * min(float(shares[at] + reach * errors[at]), 1.0),
            is_judged=bool(is_judged[at]),
        )
        for at, name in enumerate(legend)
    )


def _estimates(
    weights: NDArray[np.floating], judged: JudgedPixels
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return each crop's share of the region, its standard error, which are judged."""
    classes = len(weights)
    shares, variance = np.zeros(classes), np.zeros(classes)
    count = int(judged.fields.max()) + 1 if len(judged.fields) else 0
    moved = np.zeros((count, classes))
    is_judged = np.zeros(classes, np.bool_)
    for stratum in range(classes):
        own = judged.told == stratum
        fields = np.unique(judged.fields[own])
        is_judged[stratum] = len(fields) >= FEWEST_FIELDS
        if not is_judged[stratum]:
            shares[stratum] += weights[stratum]
            # Nobody looked: all of it may be another crop.
            variance += weights[stratum] ** 2
            continue
        grown = np.bincount(judged.grown[own], minlength=classes) / own.sum()
        shares += weights[stratum] * grown
        widened = np.sqrt(len(fields) / (len(fields) - 1)) * weights[stratum]
        moved += widened * _moved_by(judged, own, grown, count)
        variance += weights[stratum] ** 2 * _unseen(grown, len(fields))
    variance += (moved**2).sum(axis=0)
    return shares, np.sqrt(variance), is_judged


def _moved_by(
    judged: JudgedPixels, own: NDArray[np.bool_], grown: Array, count: int
) -> Array:
    """Return how far each field moves the shares of a stratum [field, class]."""
    classes = len(grown)
    cells = judged.fields[own] * classes + judged.grown[own]
    counts = np.bincount(cells, minlength=count * classes).reshape(count, classes)
    sizes = counts.sum(axis=1, keepdims=True)
    moved: Array = (counts - grown * sizes) / own.sum()
    return moved


def _unseen(grown: Array, fields: int) -> Array:
    """Return the variance of a stratum in which no error was seen.

    It would be nothing, as if the next field could not be the first that errs: half a
    field is taken to have erred, towards any of the other classes.
    """
    if grown.max() < 1 or len(grown) == 1:
        return np.zeros(len(grown))
    erred = 0.5 / (fields + 1)
    share = np.where(grown == 1, erred, erred / (len(grown) - 1))
    unseen: Array = share * (1 - share) / fields
    return unseen
