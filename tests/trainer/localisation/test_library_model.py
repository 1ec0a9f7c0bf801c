"""What the library says of farms that it has not seen, judged by leaving farms out."""

import numpy as np
import pytest

from tests.trainer.localisation.made_soils import made_farm, made_library
from trainer.errors import CalibrationError
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.library_model import LibraryModel, fit_library, value_range
from trainer.localisation.treated_soils import TreatedSoils, predict, treat_all


def fitted(library: SpectralLibrary) -> LibraryModel:
    soils = TreatedSoils(treat_all(library.spectra), library.values[:, 0])
    return fit_library(soils, library.farms)


def test_every_soil_was_told_by_a_model_without_its_farm() -> None:
    library = made_library(farms=3)
    changed = library.values.copy()
    changed[np.array(library.farms) == "farm-1"] *= 3

    before = fitted(library).left_out.predicted
    soils = TreatedSoils(treat_all(library.spectra), changed[:, 0])
    after = fit_library(soils, library.farms).left_out.predicted

    own = slice(40, 80)
    np.testing.assert_array_equal(before[own], after[own])
    assert not np.allclose(before[:40], after[:40])


def test_the_interval_holds_ninety_percent_in_every_farm_left_out() -> None:
    left_out = fitted(made_library()).left_out

    errors = np.abs(left_out.predicted - left_out.observed).reshape(4, 40)
    held = (errors <= left_out.half_width).mean(axis=1)

    assert held.min() == pytest.approx(0.9, abs=0.03)


def test_instruments_that_differ_draw_answers_towards_the_mean() -> None:
    library = made_library()
    shuffled = np.random.default_rng(0).permutation(library.values[:, 0])
    soils = TreatedSoils(treat_all(library.spectra), shuffled)

    model = fit_library(soils, library.farms)

    answers = predict(model.maps, treat_all(made_farm(50).spectra))
    assert answers.std() < 0.2 * shuffled.std()


@pytest.mark.parametrize("farms", [1, 2])
def test_a_library_of_very_few_farms_still_fits(farms: int) -> None:
    model = fitted(made_library(farms=farms))

    assert np.isfinite(model.left_out.half_width)
    assert np.isfinite(predict(model.maps, treat_all(made_farm(5).spectra))).all()


def test_a_target_without_any_value_is_refused() -> None:
    nothing = TreatedSoils(treat_all(made_library().spectra[:0]), np.zeros(0))

    with pytest.raises(CalibrationError, match="found 0"):
        fit_library(nothing, ())


def test_values_are_told_within_the_range_widened_by_itself() -> None:
    assert value_range(np.array([4.0, 5.0])) == (3.0, 6.0)
    assert value_range(np.array([1.0, 5.0])) == (0.0, 9.0)
