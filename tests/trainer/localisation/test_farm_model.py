"""Localising works from the first label on, and is judged without leaks."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.trainer.localisation.made_soils import (
    CARBON,
    CLAY,
    GRID,
    made_farm,
    made_knowledge,
)
from trainer.calibrations.conformal import LEVEL, finite_sample_quantile
from trainer.calibrations.local_difficulty import SHARES
from trainer.errors import CalibrationError
from trainer.evaluation.agreement import agreement
from trainer.evaluation.coverage import coverage
from trainer.export.export_parity import answer_of
from trainer.localisation.farm_judgement import FARM_SPLIT
from trainer.localisation.farm_model import (
    FarmModel,
    as_module,
    localise,
    localise_many,
)
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.unfitted_target import LIBRARY_SPLIT

Array = NDArray[np.float64]

KNOWN = made_knowledge(3, 30)
OF_TWO = made_knowledge(3, 20, (CARBON, CLAY))
UNSEEN = made_farm(100, start=100)


def told_by(model: FarmModel, farm: FarmSoils = UNSEEN) -> Array:
    return answer_of(as_module(model), farm.spectra).value[:, 0].astype(float)


def rmse_of(labels: int) -> float:
    told = told_by(localise(KNOWN, made_farm(labels)))
    return agreement(UNSEEN.values[:, 0], told).rmse


def with_values(farm: FarmSoils, values: Array) -> FarmSoils:
    return replace(farm, values=values.reshape(farm.values.shape))


@pytest.mark.parametrize("labels", [0, 1, 2, 3, 8, 9, 30])
def test_any_number_of_labels_gives_a_model(labels: int) -> None:
    model = localise(KNOWN, made_farm(labels))

    (fit,) = model.fits
    assert fit.labels == labels
    assert 0 < fit.half_width < 20
    assert len(fit.nested) == (labels if labels > 2 else 0)
    assert np.isfinite(told_by(model)).all()


def test_thirty_labels_do_better_than_five_and_five_than_none() -> None:
    none, five, thirty = (rmse_of(labels) for labels in (0, 5, 30))

    assert thirty < five < none


def test_below_nine_labels_the_librarys_wider_interval_is_kept() -> None:
    (none,), (few,), (many,) = (
        localise(KNOWN, made_farm(labels)).fits for labels in (0, 8, 9)
    )

    assert few.half_width == none.half_width
    assert none.split == LIBRARY_SPLIT
    assert many.split == FARM_SPLIT
    assert few.figures.n == 8


def test_figures_and_interval_come_from_nested_errors() -> None:
    farm = made_farm(20)

    (fit,) = localise(KNOWN, farm).fits

    assert fit.figures == agreement(farm.values[:, 0], fit.nested)
    shares = fit.nested_widths / fit.half_width
    scores = np.abs(fit.nested - farm.values[:, 0]) / shares
    assert shares.mean() == pytest.approx(1.0)
    assert shares.min() > 1 - SHARES.novelty - SHARES.value
    assert fit.half_width == finite_sample_quantile(scores, LEVEL)


def test_the_module_draws_the_interval_that_the_fit_tells() -> None:
    model = localise(KNOWN, made_farm(20))
    (fit,), scans = model.fits, UNSEEN.spectra

    answer = answer_of(as_module(model), scans)

    told, novelty = fit.answer(scans), model.domain.novelty(scans)
    widths = fit.half_widths(novelty, told)
    np.testing.assert_allclose(answer.novelty, novelty, rtol=1e-5)
    np.testing.assert_allclose(answer.high[:, 0] - told, widths, rtol=1e-4)
    assert widths.max() > 1.2 * widths.min()


def test_a_strange_soil_has_a_wide_interval_but_no_endless_one() -> None:
    model = localise(KNOWN, made_farm(20))
    (fit,) = model.fits
    panel = np.full((1, GRID.bands), 0.9) + np.random.default_rng(0).normal(
        0, 0.01, GRID.bands
    )

    answer = answer_of(as_module(model), panel.astype(np.float32))

    assert answer.novelty[0] > 3
    width = answer.high[0, 0] - answer.value[0, 0]
    assert 1.5 * fit.half_width < width < 10 * fit.half_width


@pytest.mark.parametrize("labels", [9, 12, 30])
@pytest.mark.parametrize("odd", ["one value", "one scan", "every soil twice"])
def test_odd_labels_leave_intervals_sane(labels: int, odd: str) -> None:
    farm = made_farm(labels)
    first = np.arange(labels) // 2
    scans, values = {
        "one value": (farm.spectra, np.full_like(farm.values, 2.0)),
        "one scan": (np.repeat(farm.spectra[:1], labels, axis=0), farm.values),
        "every soil twice": (farm.spectra[first], farm.values[first]),
    }[odd]

    model = localise(KNOWN, FarmSoils(farm.samples, scans, values))

    answer = answer_of(as_module(model), UNSEEN.spectra)
    assert np.isfinite(answer.novelty).all()
    assert (answer.low >= 0).all()
    assert (answer.low <= answer.value).all()
    assert (answer.value <= answer.high).all()
    assert np.median(answer.high - answer.low) < 15 * UNSEEN.values.std()


def test_intervals_hold_what_they_promise_on_soils_never_seen() -> None:
    shares = []
    for start in (0, 30, 60):
        module = as_module(localise(KNOWN, made_farm(30, start)))
        answer = answer_of(module, UNSEEN.spectra)
        low, high = (one[:, 0].astype(float) for one in (answer.low, answer.high))
        shares.append(coverage(UNSEEN.values[:, 0], low, high))

    assert 0.8 <= np.mean(shares) <= 0.99


def test_many_farms_come_out_as_one_by_one() -> None:
    farms = [made_farm(labels, start) for labels, start in FLEET]
    with_nothing = made_farm(8, 50).values - made_farm(8, 50).values.min()
    farms.append(with_values(made_farm(8, 50), with_nothing))

    together = localise_many(KNOWN, farms)

    for farm, model in zip(farms, together, strict=True):
        alone = localise(KNOWN, farm)
        (one,), (other,) = model.fits, alone.fits
        assert (one.labels, one.split) == (other.labels, other.split)
        assert one.half_width == pytest.approx(other.half_width, rel=1e-5)
        np.testing.assert_allclose(told_by(model), told_by(alone), rtol=1e-4)


FLEET = ((8, 0), (12, 20), (0, 0), (8, 40), (2, 60), (12, 80), (8, 90))


def test_missing_values_are_left_out_target_by_target() -> None:
    farm = made_farm(20, targets=2)
    gaps = farm.values.copy()
    gaps[12:, 1] = np.nan
    short = FarmSoils(farm.samples[:12], farm.spectra[:12], farm.values[:12])

    carbon, clay = localise(OF_TWO, replace(farm, values=gaps)).fits

    assert (carbon.labels, clay.labels) == (20, 12)
    alone = localise(OF_TWO, short).fits[1]
    np.testing.assert_array_equal(clay.nested, alone.nested)
    np.testing.assert_array_equal(
        clay.model.predict(UNSEEN.spectra), alone.model.predict(UNSEEN.spectra)
    )


def test_a_target_without_labels_keeps_the_librarys_model() -> None:
    farm = made_farm(20, targets=2)
    farm.values[:, 1] = np.nan

    carbon, clay = localise(OF_TWO, farm).fits

    assert (carbon.labels, clay.labels) == (20, 0)
    assert clay.split == LIBRARY_SPLIT
    assert [one.method for one in (carbon.decision, clay.decision)] == [
        "auto",
        "library",
    ]


@pytest.mark.parametrize("labels", [1, 3, 12])
@pytest.mark.parametrize("value", [0.0, 2.0])
def test_labels_that_are_all_the_same_do_not_break_the_fit(
    labels: int, value: float
) -> None:
    same = with_values(made_farm(labels), np.full(labels, value))

    model = localise(KNOWN, same)

    told = told_by(model)
    assert np.isfinite(told).all()
    if labels > 2:
        np.testing.assert_allclose(told, value, atol=1e-6)


def test_labels_of_nothing_are_told_without_logarithms() -> None:
    farm = made_farm(20)
    values = np.maximum(farm.values - 2, 0)
    truth = np.maximum(UNSEEN.values[:, 0] - 2, 0)

    model = localise(KNOWN, with_values(farm, values))

    assert "logarithm" not in str(model.decisions[0].members)
    told = told_by(model)
    assert told.min() >= 0
    assert np.sqrt(((told - truth) ** 2).mean()) < 0.4 * truth.std()


def test_negative_labels_are_told_as_such_and_stay_within_their_interval() -> None:
    below = with_values(made_farm(20), made_farm(20).values - 3)

    answer = answer_of(as_module(localise(KNOWN, below)), UNSEEN.spectra)

    told = answer.value[:, 0].astype(float)
    assert agreement(UNSEEN.values[:, 0] - 3, told).rmse < 0.4
    assert (answer.low <= answer.value).all()
    assert answer.value.min() < 0


def test_labels_alone_answer_where_that_is_asked_for() -> None:
    (alone,) = localise(KNOWN, made_farm(15), way="local").fits
    (other,) = localise(OF_TWO, made_farm(15, targets=2), way="local").fits[:1]

    assert alone.decision.method == "local"
    assert alone.decision.library_share == 0
    assert alone.decision.experts == ()
    np.testing.assert_array_equal(alone.nested, other.nested)


def test_another_seed_deals_other_folds_only() -> None:
    (one,), (other,) = (localise(KNOWN, made_farm(25), seed).fits for seed in (0, 1))

    assert not np.array_equal(one.nested, other.nested)
    np.testing.assert_allclose(one.nested, other.nested, atol=0.5)


def test_the_same_sample_twice_is_refused() -> None:
    farm = made_farm(3)

    with pytest.raises(CalibrationError, match="found one twice"):
        replace(farm, samples=("a", "b", "a"))
