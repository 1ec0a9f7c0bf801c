"""What the library says of farms that it has not seen, judged by leaving farms out."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.trainer.localisation.made_soils import made_farm, made_library
from trainer.errors import CalibrationError
from trainer.evaluation.agreement import agreement
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.knowledge.library_model import LibraryModel, fit_library
from trainer.localisation.treated_soils import TreatedSoils, predict, treat_all

FARMS, SOILS = 4, 30


def fitted(library: SpectralLibrary) -> LibraryModel:
    soils = TreatedSoils(treat_all(library.spectra), library.values[:, 0])
    return fit_library(soils, library.farms)


def told_of_farms(library: SpectralLibrary) -> NDArray[np.float64]:
    """Return what a library that never had it says of each farm in turn."""
    told = []
    for name in library.farm_names:
        model = fitted(library.without_farm(name))
        rows = np.array(library.farms) == name
        answers = predict(model.maps, treat_all(library.spectra[rows]))
        told.append(np.clip(answers, model.least, model.most))
    return np.concatenate(told)


def test_figures_are_those_of_libraries_that_never_had_the_farm() -> None:
    library = made_library(FARMS, SOILS)
    told = told_of_farms(library)

    left_out = fitted(library).left_out

    expected = agreement(library.values[:, 0], told)
    assert left_out.figures.n == FARMS * SOILS
    assert left_out.figures.rmse == pytest.approx(expected.rmse, rel=1e-6)
    assert left_out.figures.me == pytest.approx(expected.me, abs=1e-6)
    misses = (library.values[:, 0] - told).reshape(FARMS, SOILS)
    assert left_out.between == pytest.approx((misses.mean(axis=1) ** 2).mean())
    assert left_out.within == pytest.approx(misses.var(axis=1).mean())


def test_the_interval_holds_ninety_percent_in_every_farm_left_out() -> None:
    library = made_library(FARMS, SOILS)
    errors = np.abs(told_of_farms(library) - library.values[:, 0])

    held = (errors <= fitted(library).left_out.half_width + 1e-9).reshape(FARMS, SOILS)

    assert held.mean(axis=1).min() == pytest.approx(0.9, abs=1 / SOILS)


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
