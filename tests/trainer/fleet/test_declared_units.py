"""Values in another unit than declared are told with evidence; honest ones are not."""

import numpy as np
import pytest

from tests.trainer.localisation.made_soils import CARBON, CLAY
from trainer.fleet.declared_units import Expectation, unit_doubt

RANDOM = np.random.default_rng(0)
VALUES = RANDOM.gamma(6, 0.3, 30)
EXPECTED = Expectation(VALUES * RANDOM.lognormal(0.2, 0.2, 30), 1.2, (0.4, 6.0))


@pytest.mark.parametrize(
    ("factor", "unit"), [(10, "g/kg"), (1e4, "mg/kg"), (0.01, "a fraction of one")]
)
def test_another_unit_is_told_by_name(factor: float, unit: str) -> None:
    doubt = unit_doubt(CARBON, VALUES * factor, EXPECTED)

    assert doubt is not None
    assert f"look like {unit}" in doubt
    assert "Nothing was converted" in doubt


def test_the_sentence_holds_the_evidence() -> None:
    doubt = unit_doubt(CARBON, VALUES * 10, EXPECTED)

    assert doubt is not None
    assert f"median {np.median(VALUES * 10):.3g}" in doubt
    assert f"expects about {np.median(EXPECTED.values):.3g} %" in doubt
    assert "between 0.4 and 6 %" in doubt


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_a_farm_richer_or_poorer_than_expected_is_not_doubted(factor: float) -> None:
    assert unit_doubt(CARBON, VALUES * factor, EXPECTED) is None


def test_organic_matter_is_told_only_by_a_library_that_is_sure() -> None:
    sure = Expectation(VALUES, 0.15, None)

    assert "organic matter" in str(unit_doubt(CARBON, VALUES * 1.724, sure))
    assert unit_doubt(CARBON, VALUES * 1.724, EXPECTED) is None


def test_the_logarithm_is_told_by_a_library_that_is_sure() -> None:
    sure = Expectation(4 * VALUES, 0.3, None)

    assert "log1p of %" in str(unit_doubt(CARBON, np.log1p(4 * VALUES), sure))


def test_without_values_nothing_is_doubted() -> None:
    nothing = np.full(30, np.nan)

    assert unit_doubt(CARBON, nothing, EXPECTED) is None
    assert unit_doubt(CLAY, np.zeros(30), EXPECTED) is None
