"""A property's name tells its unit, and no other is taken."""

import pytest

from protocols.errors import UnitError
from protocols.units import check_unit, unit_of


@pytest.mark.parametrize(
    ("target", "unit"),
    [
        ("oc_usda.c729_w.pct", "%"),
        ("n.tot_usda.a623_w.pct", "%"),
        ("ph.h2o_usda.a268_index", "pH"),
        ("k.ext_usda.a725_cmolc.kg", "cmol(+)/kg"),
        ("p.ext_usda.a274_mg.kg", "mg/kg"),
        ("bd_usda.a4_g.cm3", "g/cm3"),
        ("ec_usda.a364_ds.m", "dS/m"),
    ],
)
def test_unit_is_the_end_of_the_name(target: str, unit: str) -> None:
    assert unit_of(target) == unit
    check_unit(target, unit)


@pytest.mark.parametrize("unit", ["g/kg", "pct", "", "%%"])
def test_other_unit_is_refused_with_both_named(unit: str) -> None:
    with pytest.raises(UnitError, match=f"in %, found {unit!r}"):
        check_unit("oc_usda.c729_w.pct", unit)


@pytest.mark.parametrize("target", ["carbon", "oc_usda.c729", "oc_w.stones", ""])
def test_name_without_a_known_unit_is_refused(target: str) -> None:
    with pytest.raises(UnitError, match="expected a property name"):
        unit_of(target)
