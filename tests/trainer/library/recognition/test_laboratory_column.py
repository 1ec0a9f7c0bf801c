"""A laboratory column's property and unit are told with evidence, or it is refused."""

import numpy as np
import pytest

from trainer.errors import LibraryError
from trainer.library.recognition.laboratory_column import (
    LaboratoryColumn,
    StatedColumn,
    may_be_laboratory,
    recognise_column,
)

VALUES = np.array([1.0, 2.0, np.nan, 5.0])
CARBON = "oc_usda.c729_w.pct"


def recognised(name: str, scale: float = 1.0) -> LaboratoryColumn:
    found = recognise_column(name, VALUES * scale)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "target", "factor"),
    [
        ("SOC (%)", CARBON, 1),
        ("OC_g_kg", CARBON, 0.1),
        ("oc [g kg-1]", CARBON, 0.1),
        ("soc_g_per_kg", CARBON, 0.1),
        ("Total N (mg/kg)", "n.tot_usda.a623_w.pct", 1e-4),
        ("organic matter (g/100g)", "om_any_w.pct", 1),
        ("clay_pct", "clay.tot_usda.a334_w.pct", 1),
        ("pH.in.H2O", "ph.h2o_usda.a268_index", 1),
        ("CEC (cmol(+)/kg)", "cec_usda.a723_cmolc.kg", 1),
        ("CEC_mmol_kg", "cec_usda.a723_cmolc.kg", 0.1),
        ("wr.10kPa_usda.a414_w.pct", "wr.10kPa_usda.a414_w.pct", 1),
    ],
)
def test_a_name_tells_property_and_unit(name: str, target: str, factor: float) -> None:
    found = recognised(name)

    assert found.target == target
    assert found.factor == pytest.approx(factor)


def test_values_that_no_soil_has_in_percent_tell_g_per_kg() -> None:
    found = recognised("SOC", scale=50)

    assert found.factor == 0.1
    assert "250 is more than 60 %" in found.finding.evidence


def test_a_unit_that_cannot_be_told_is_refused_with_column_and_evidence() -> None:
    with pytest.raises(LibraryError, match=r"'SOC' .* values 1 to 5 fit more than one"):
        recognise_column("SOC", VALUES)


def test_carbon_of_no_kind_is_refused() -> None:
    with pytest.raises(LibraryError, match="organic or total carbon"):
        recognise_column("Carbon (%)", VALUES)


def test_organic_matter_never_becomes_carbon_by_itself() -> None:
    assert recognised("SOM (%)").target != CARBON


def test_carbon_per_volume_is_refused() -> None:
    with pytest.raises(LibraryError, match="bulk density"):
        recognise_column("SOC (g/dm3)", VALUES)


@pytest.mark.parametrize("scale", [30, -1])
def test_values_that_the_stated_unit_cannot_have_are_refused(scale: float) -> None:
    with pytest.raises(LibraryError, match="correct the unit"):
        recognise_column("SOC (%)", VALUES * scale)


def test_a_statement_goes_before_the_name() -> None:
    found = recognise_column("SOC (%)", VALUES, StatedColumn(CARBON, "g/kg"))

    assert found is not None
    assert found.factor == 0.1
    assert found.finding.evidence.startswith("the map")


def test_other_columns_are_left_alone() -> None:
    assert recognise_column("depth", VALUES) is None
    assert not may_be_laboratory("depth")
