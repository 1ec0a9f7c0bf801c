"""Which property a laboratory column holds, and in which unit.

A unit is told by an OSSL name, by the unit in the column's name, by the documentation
of a known survey, by a map, or by values that no soil could have in the other unit. A
column of a known property whose unit none of these tells is refused.
"""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from protocols.errors import UnitError
from protocols.units import unit_of
from trainer.errors import LibraryError
from trainer.library.recognition.finding import Finding
from trainer.library.recognition.soil_properties import (
    AMBIGUOUS,
    SoilProperty,
    property_called,
    property_of_target,
    words_of,
)

OrganicMatter = Literal["convert", "leave-out"]

MATTER_PER_CARBON = 1.724
"""Van Bemmelen's conventional factor: organic matter is taken as 58 % carbon."""

_UNITS = (
    ("g/dm3", re.compile(r"(?<![a-z])g[ _./]*(dm|l(?![a-z])|m)-?3?(?![a-z])")),
    ("mg/kg", re.compile(r"(?<![a-z])mg[ _./]*(per[ _]*)?kg|ppm")),
    ("mmol(+)/kg", re.compile(r"mmol")),
    ("cmol(+)/kg", re.compile(r"cmol|meq[ _./]*100")),
    ("%", re.compile(r"%|pct|percent|(?<![a-z])g[ _./]*100[ _]*g")),
    ("g/kg", re.compile(r"(?<![a-z])g[ _./]*(per[ _]*)?kg")),
)
_LEFT_OF_UNIT = re.compile(r"(kg)?[ _.]*(\^?-1|-1)?[\])]*$")

_FACTORS = {
    ("g/kg", "%"): 0.1,
    ("mg/kg", "%"): 1e-4,
    ("mmol(+)/kg", "cmol(+)/kg"): 0.1,
    ("%", "g/kg"): 10.0,
}


@dataclass(frozen=True)
class LaboratoryColumn:
    """A column that becomes a target.

    Attributes:
        column: Its name in the source.
        target: Its OSSL name in the library.
        factor: What its values are multiplied by.
        finding: What was recognised, and why.
    """

    column: str
    target: str
    factor: float
    finding: Finding


@dataclass(frozen=True)
class StatedColumn:
    """What a map or a survey's documentation says of a column."""

    target: str
    unit: str
    source: str = "the map"


def recognise_column(
    name: str, values: NDArray[np.float64], stated: StatedColumn | None = None
) -> LaboratoryColumn | None:
    """Return what the column becomes; nothing where it is no known property."""
    if stated:
        return _checked(name, stated.target, stated.unit, values, stated.source)
    if _is_ossl_target(name):
        return _checked(name, name, unit_of(name), values, "its OSSL name")
    unit, rest = _unit_in(name)
    words = words_of(rest)
    if words in AMBIGUOUS:
        raise LibraryError(
            f"expected one property in column {name!r}, found a name for "
            f"{AMBIGUOUS[words]}; say which in a map"
        )
    known = property_called(words)
    if known is None:
        return None
    if unit:
        return _checked(name, known.target, unit, values, "the unit in its name")
    return _told_by_values(name, known, values)


def may_be_laboratory(name: str) -> bool:
    """Say whether a column's name alone makes it worth reading as numbers."""
    words = words_of(_unit_in(name)[1])
    return _is_ossl_target(name) or words in AMBIGUOUS or bool(property_called(words))


def _told_by_values(
    name: str, known: SoilProperty, values: NDArray[np.float64]
) -> LaboratoryColumn:
    low, high = _range(values)
    if known.unit == "pH":
        solvent = ", no solvent is named: water" if words_of(name) == "ph" else ""
        reason = f"pH has one unit{solvent}"
        return _checked(name, known.target, "pH", values, reason)
    if known.unit == "%" and high > known.least_telling:
        reason = f"{high:g} is more than {known.least_telling:g} %, the most in a soil"
        return _checked(name, known.target, "g/kg", values, reason)
    raise LibraryError(
        f"expected the unit of column {name!r} in its name or a map, found none, and "
        f"its values {low:g} to {high:g} fit more than one; write it into the name, "
        f"such as '{name} ({known.unit})', or into a map"
    )


def _checked(
    name: str, target: str, unit: str, values: NDArray[np.float64], evidence: str
) -> LaboratoryColumn:
    factor = _factor(name, unit, unit_of(target))
    low, high = _range(values)
    known = property_of_target(target)
    most = known.most if known else np.inf
    if low < 0 or high * factor > most:
        raise LibraryError(
            f"expected {target} of 0 to {most:g} {unit_of(target)} in column {name!r} "
            f"read as {unit} by {evidence}, found {low:g} to {high:g}; correct the "
            "unit, or name codes for missing values in a map"
        )
    verdict = f"{target} from {unit}" + (f", times {factor:g}" if factor != 1 else "")
    finding = Finding(f"column {name!r}", verdict, f"{evidence}; {low:g} to {high:g}")
    return LaboratoryColumn(name, target, factor, finding)


def _factor(name: str, unit: str, library_unit: str) -> float:
    if unit == library_unit:
        return 1.0
    if (unit, library_unit) not in _FACTORS:
        hint = "; that needs a bulk density" if unit == "g/dm3" else ""
        raise LibraryError(
            f"expected column {name!r} in {library_unit} or a unit that turns into it, "
            f"found {unit}{hint}; leave the column out or convert it first"
        )
    return _FACTORS[unit, library_unit]


def _range(values: NDArray[np.float64]) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    return (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)


def _unit_in(name: str) -> tuple[str | None, str]:
    """Return the unit that a name carries, and the name without it."""
    lowered = name.lower()
    for unit, pattern in _UNITS:
        found = pattern.search(lowered)
        if found:
            after = _LEFT_OF_UNIT.sub("", lowered[found.end() :])
            return unit, lowered[: found.start()] + after
    return None, lowered


def _is_ossl_target(name: str) -> bool:
    try:
        unit_of(name)
    except UnitError:
        return False
    return name.count("_") > 1
