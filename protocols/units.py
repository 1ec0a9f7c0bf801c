"""Which unit a soil property is measured in, read from its OSSL name.

`oc_usda.c729_w.pct` is organic carbon by USDA method c729 in weight percent: the name
ends with the unit. A value that comes in any other unit is refused, never converted
silently.
"""

from typing import Annotated

import msgspec

from protocols.errors import UnitError

TARGET_PATTERN = r"^[a-z0-9]+(\.[a-z0-9]+)*(_[a-z0-9]+(\.[a-z0-9]+)*)+$(?!\n)"

TargetName = Annotated[str, msgspec.Meta(pattern=TARGET_PATTERN, max_length=64)]
Unit = Annotated[str, msgspec.Meta(min_length=1, max_length=16)]

_UNIT_BY_SUFFIX = {
    "w.pct": "%",
    "cmolc.kg": "cmol(+)/kg",
    "mg.kg": "mg/kg",
    "g.kg": "g/kg",
    "g.cm3": "g/cm3",
    "index": "pH",
    "ds.m": "dS/m",
}


def unit_of(target: str) -> str:
    """Return the unit that an OSSL property name ends with."""
    suffix = target.rpartition("_")[2]
    if suffix not in _UNIT_BY_SUFFIX:
        known = ", ".join(sorted(_UNIT_BY_SUFFIX))
        raise UnitError(
            f"expected a property name that ends with one of {known}, found {target!r}"
        )
    return _UNIT_BY_SUFFIX[suffix]


def check_unit(target: str, unit: str) -> None:
    """Refuse `unit` unless it is the one that `target` is measured in."""
    expected = unit_of(target)
    if unit != expected:
        raise UnitError(f"expected {target} in {expected}, found {unit!r}")
