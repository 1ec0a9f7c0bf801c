"""Localising works from the first label on, and is judged without leaks."""

from dataclasses import replace

import numpy as np
import pytest

from tests.trainer.localisation.made_soils import (
    CARBON,
    CLAY,
    made_farm,
    made_library,
)
from trainer.errors import CalibrationError
from trainer.evaluation.agreement import agreement
from trainer.evaluation.coverage import coverage
from trainer.export.export_parity import answer_of
from trainer.localisation.farm_errors import nested_predictions
from trainer.localisation.farm_model import (
    FARM_SPLIT,
    LIBRARY_SPLIT,
    as_module,
    localise,
)
from trainer.localisation.farm_recipe import fit_farm, prior_of
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.library_model import fit_library
from trainer.localisation.treated_soils import TreatedSoils, predict, treat_all

LIBRARY = made_library()
UNSEEN = made_farm(100, start=100)


def rmse_of(farm: FarmSoils) -> float:
    answer = answer_of(as_module(localise(LIBRARY, farm)), UNSEEN.spectra)
    return agreement(UNSEEN.values[:, 0], answer.value[:, 0].astype(float)).rmse


@pytest.mark.parametrize("labels", [0, 1, 2, 3, 8, 30])
def test_any_number_of_labels_gives_a_model(labels: int) -> None:
    model = localise(LIBRARY, made_farm(labels))

    (fit,) = model.fits
    assert fit.labels == labels
    assert 0 < fit.half_width < 20
    assert np.isfinite(rmse_of(made_farm(labels)))


def test_thirty_labels_do_better_than_ten_and_ten_than_none() -> None:
    none, ten, thirty = (rmse_of(made_farm(labels)) for labels in (0, 10, 30))

    assert thirty < ten < none


def test_below_nine_labels_the_librarys_wider_interval_is_kept() -> None:
    (few,), (many,) = (localise(LIBRARY, made_farm(m)).fits for m in (8, 9))
    (none,) = localise(LIBRARY, made_farm(0)).fits

    assert few.half_width == none.half_width
    assert few.split == LIBRARY_SPLIT
    assert many.split == FARM_SPLIT


def test_intervals_hold_what_they_promise_on_soils_never_seen() -> None:
    shares = []
    for start in (0, 30, 60):
        answer = answer_of(
            as_module(localise(LIBRARY, made_farm(30, start))), UNSEEN.spectra
        )
        low, high = (one[:, 0].astype(float) for one in (answer.low, answer.high))
        shares.append(coverage(UNSEEN.values[:, 0], low, high))

    assert 0.83 <= np.mean(shares) <= 0.99


def test_no_soil_is_judged_by_a_model_that_learned_from_it() -> None:
    farm = made_farm(20)
    known = TreatedSoils(treat_all(LIBRARY.spectra), LIBRARY.values[:, 0])
    prior = prior_of(fit_library(known, LIBRARY.farms))
    soils = TreatedSoils(treat_all(farm.spectra), farm.values[:, 0])
    lied = soils.values.copy()
    lied[4] += 0.5

    honest = nested_predictions(soils, prior, seed=0)
    after = nested_predictions(TreatedSoils(soils.treated, lied), prior, seed=0)

    assert after[4] == honest[4]
    assert not np.allclose(np.delete(after, 4), np.delete(honest, 4))
    leaky = predict(fit_farm(soils, prior, 0), soils.treated)
    assert np.std(leaky - soils.values) < np.std(honest - soils.values)


def test_missing_values_are_left_out_target_by_target() -> None:
    library = made_library(targets=(CARBON, CLAY))
    farm = made_farm(20, targets=2)
    gaps = farm.values.copy()
    gaps[12:, 1] = np.nan
    short = FarmSoils(farm.samples[:12], farm.spectra[:12], farm.values[:12])

    carbon, clay = localise(library, replace(farm, values=gaps)).fits

    assert (carbon.labels, clay.labels) == (20, 12)
    alone = localise(library, short).fits[1]
    for one, other in zip(clay.maps, alone.maps, strict=True):
        np.testing.assert_array_equal(one.coefficients, other.coefficients)


def test_a_target_without_labels_keeps_the_librarys_model() -> None:
    library = made_library(targets=(CARBON, CLAY))
    farm = made_farm(20, targets=2)
    farm.values[:, 1] = np.nan

    carbon, clay = localise(library, farm).fits

    assert (carbon.labels, clay.labels) == (20, 0)
    assert clay.split == LIBRARY_SPLIT


def test_labels_that_are_all_the_same_do_not_break_the_fit() -> None:
    farm = made_farm(12)
    same = replace(farm, values=np.full((12, 1), 2.0))

    answer = answer_of(as_module(localise(LIBRARY, same)), UNSEEN.spectra)

    assert np.isfinite(answer.value).all()


def test_the_same_sample_twice_is_refused() -> None:
    farm = made_farm(3)

    with pytest.raises(CalibrationError, match="found one twice"):
        replace(farm, samples=("a", "b", "a"))
