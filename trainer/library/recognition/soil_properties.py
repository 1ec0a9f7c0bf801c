"""The soil properties that tables are searched for, and the names they go by.

Organic matter is a property of its own: it becomes carbon only when that is asked for.
"""

import re
from dataclasses import dataclass

from protocols.units import unit_of

ORGANIC_CARBON = "oc_usda.c729_w.pct"
ORGANIC_MATTER = "om_any_w.pct"
"""No method is named: loss on ignition and oxidation both go by this name."""

NEVER = float("inf")


@dataclass(frozen=True)
class SoilProperty:
    """One property.

    Attributes:
        target: Its OSSL name, which ends with the library's unit.
        most: The largest value that a soil can have, in the library's unit.
        least_telling: Values above it cannot be in the library's unit, which tells
            g/kg from weight percent where the name does not.
        names: How tables call it: lower case, words joined by one underscore.
    """

    target: str
    most: float
    least_telling: float
    names: frozenset[str]

    @property
    def unit(self) -> str:
        """The library's unit of this property."""
        return unit_of(self.target)


def _property(target: str, most: float, told_above: float, names: str) -> SoilProperty:
    return SoilProperty(target, most, told_above, frozenset(names.split()))


PROPERTIES = (
    _property(
        ORGANIC_CARBON,
        60,
        60,
        "oc soc toc corg c_org org_c organic_c organic_carbon soil_organic_carbon "
        "total_organic_carbon ciso",
    ),
    _property(
        ORGANIC_MATTER, 100, 100, "om som loi organic_matter soil_organic_matter"
    ),
    _property("c.tot_usda.a622_w.pct", 65, 65, "tc total_c total_carbon"),
    _property("n.tot_usda.a623_w.pct", 6, 6, "n nt tn n_tot total_n total_nitrogen"),
    _property("caco3_usda.a54_w.pct", 100, 100, "caco3 carbonate carbonates"),
    _property(
        "clay.tot_usda.a334_w.pct", 100, 100, "clay clay_content clay_tot total_clay"
    ),
    _property(
        "silt.tot_usda.c62_w.pct", 100, 100, "silt silt_content silt_tot total_silt"
    ),
    _property(
        "sand.tot_usda.c60_w.pct", 100, 100, "sand sand_content sand_tot total_sand"
    ),
    _property("ph.h2o_usda.a268_index", 12, NEVER, "ph ph_h2o ph_in_h2o ph_water ph_w"),
    _property("ph.cacl2_usda.a481_index", 12, NEVER, "ph_cacl2 ph_in_cacl2"),
    _property("cec_usda.a723_cmolc.kg", 250, NEVER, "cec cation_exchange_capacity"),
)

AMBIGUOUS = {
    "c": "organic or total carbon",
    "carbon": "organic or total carbon",
}

_WORDS_THAT_SAY_NOTHING = re.compile(r"_?(target|value|lab|measured)$")


def words_of(name: str) -> str:
    """Return a column's name in lower case with its words joined by underscores."""
    joined = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return _WORDS_THAT_SAY_NOTHING.sub("", joined)


def property_called(words: str) -> SoilProperty | None:
    """Return the property that goes by `words`, if any does."""
    return next((one for one in PROPERTIES if words in one.names), None)


def property_of_target(target: str) -> SoilProperty | None:
    """Return what is known of an OSSL name, if anything is."""
    return next((one for one in PROPERTIES if one.target == target), None)
