"""Whether a farm's values look as if they were in another unit than their name says.

The library's model expects a level for the farm's scans, and errs as it does on farms
it has not seen. Where the values lie so far from it that another unit explains them
much better, a person is told so, with the numbers. Nothing is ever converted.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from numpy.typing import NDArray

from protocols.units import unit_of
from trainer.library.recognition.soil_properties import ORGANIC_CARBON, ORGANIC_MATTER

Array = NDArray[np.float64]

DECLARED_RIGHTLY = 0.9
"""How likely a unit is what its name says, before any value is seen."""

SURE = 0.9
LEAST_EXPECTED = 1e-3
LARGEST_LOGARITHM = 50.0
LEAST_SPREAD = 0.1
CARBON_OF_MATTER = 1.724
STANDARD_DEVIATIONS = 1.645
"""Half of a 90 % interval of a normal distribution."""


@dataclass(frozen=True, eq=False)
class Expectation:
    """What the library alone expects of the farm's labelled soils, for one target.

    Attributes:
        values: The library model's answer for each soil.
        half_width: Half of its 90 % interval, from farms it has not seen.
        known: Where the middle 90 % of the library's own values lie, if it is here.
    """

    values: Array
    half_width: float
    known: tuple[float, float] | None = None


def _raised(values: Array) -> Array:
    return np.expm1(np.minimum(values, LARGEST_LOGARITHM))


def _times(factor: float) -> Callable[[Array], Array]:
    return lambda values: values * factor


_IN_PERCENT: Mapping[str, Callable[[Array], Array]] = {
    "g/kg": _times(0.1),
    "mg/kg": _times(1e-4),
    "a fraction of one": _times(100.0),
    "log1p of %": _raised,
    "log1p of g/kg": lambda values: _raised(values) / 10,
}
_IN_G_PER_KG: Mapping[str, Callable[[Array], Array]] = {
    "%": _times(10.0),
    "mg/kg": _times(1e-3),
    "log1p of g/kg": _raised,
}
_BY_UNIT = {"%": _IN_PERCENT, "g/kg": _IN_G_PER_KG}
_BY_TARGET = {
    ORGANIC_CARBON: {"organic matter in %": _times(1 / CARBON_OF_MATTER)},
    ORGANIC_MATTER: {"organic carbon in %": _times(CARBON_OF_MATTER)},
}


def unit_doubt(target: str, values: Array, expected: Expectation) -> str | None:
    """Return a warning if another unit explains the values much better, or None."""
    known = np.isfinite(values)
    if not known.any() or (values[known] <= 0).all():
        return None
    readings = {**_BY_UNIT.get(unit_of(target), {}), **_BY_TARGET.get(target, {})}
    best, belief = _most_likely(values[known], expected, known, readings)
    if best is None or belief < SURE:
        return None
    return _sentence(target, values[known], expected, known, (best, readings[best]))


@dataclass(frozen=True)
class _Level:
    """Where a farm's level is expected, and how sure that is, as logarithms."""

    middle: float
    error: float

    def surprise(self, level: float, noise: float) -> float:
        """Return half the squared distance in standard deviations."""
        return 0.5 * (level - self.middle) ** 2 / (self.error**2 + noise**2)


def _levels(expected: Expectation, known: NDArray[np.bool_]) -> Iterator[_Level]:
    """Yield what the model says of these scans, and where the library's values lie."""
    level = float(np.median(np.maximum(expected.values[known], LEAST_EXPECTED)))
    error = np.log1p(expected.half_width / STANDARD_DEVIATIONS / level)
    yield _Level(np.log(level), float(error))
    if expected.known is not None:
        low, high = np.log(np.maximum(expected.known, LEAST_EXPECTED))
        spread = (high - low) / (2 * STANDARD_DEVIATIONS)
        yield _Level(float(low + high) / 2, max(float(spread), LEAST_SPREAD))


def _most_likely(
    values: Array,
    expected: Expectation,
    known: NDArray[np.bool_],
    readings: Mapping[str, Callable[[Array], Array]],
) -> tuple[str | None, float]:
    """Return the reading that explains the level best, and how much to believe it."""
    if not readings:
        return None, 0.0
    levels = tuple(_levels(expected, known))
    chance = (1 - DECLARED_RIGHTLY) / len(readings)
    as_named = DECLARED_RIGHTLY * _likelihood(values, levels)
    others = {
        name: chance * _likelihood(read(values), levels)
        for name, read in readings.items()
    }
    best = max(others, key=others.__getitem__)
    whole = as_named + sum(others.values())
    return best, (whole - as_named) / whole if whole else 0.0


def _likelihood(values: Array, levels: Sequence[_Level]) -> float:
    """Return how likely these values are where a farm's level is expected."""
    logs = np.log(np.maximum(values, LEAST_EXPECTED))
    noise, level = float(logs.std()) / sqrt(len(logs)), float(np.median(logs))
    return exp(-sum(one.surprise(level, noise) for one in levels))


def _sentence(
    target: str,
    values: Array,
    expected: Expectation,
    known: NDArray[np.bool_],
    reading: tuple[str, Callable[[Array], Array]],
) -> str:
    unit, (name, read) = unit_of(target), reading
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    level = float(np.median(np.maximum(expected.values[known], LEAST_EXPECTED)))
    library = (
        f", and most of its soils lie between {expected.known[0]:.3g} and "
        f"{expected.known[1]:.3g} {unit}"
        if expected.known
        else ""
    )
    return (
        f"{target} is declared in {unit}, but its values look like {name}: they are "
        f"{low:.3g} to {high:.3g}, median {middle:.3g}; for the same scans the library "
        f"expects about {level:.3g} {unit}{library}; read as {name} their median would "
        f"be {float(np.median(read(values))):.3g} {unit}. Nothing was converted: "
        "correct the column's name or its values if this is so"
    )
