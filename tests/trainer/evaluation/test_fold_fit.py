"""A fit sees its training part only, and leaves all that figures need."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.trainer.evaluation.made_comparison import grouped_soils, without_values
from tests.trainer.evaluation.made_methods import BAND, FittedBand, OneBand
from trainer.calibrations.calibration import Soils
from trainer.errors import CalibrationError
from trainer.evaluation.band_importance import band_importance
from trainer.evaluation.evaluation_run import FoldTask
from trainer.evaluation.fold_fit import fit_fold
from trainer.evaluation.fold_result import FoldResult
from trainer.evaluation.inner_interval import half_widths
from trainer.evaluation.mean_of_training import MeanOfTraining
from trainer.library.splits import grouped_folds

SOILS = grouped_soils()
FOLD = grouped_folds(SOILS.groups, 4, 0)[0]
TASK = FoldTask("one-band", 0, 0)


def fitted(method: OneBand, soils: Soils = SOILS, task: FoldTask = TASK) -> FoldResult:
    return fit_fold(method, soils, FOLD, task, interval_folds=2)


def test_values_of_soils_held_back_change_no_answer() -> None:
    spoiled = without_values(SOILS, FOLD.test)

    assert fitted(OneBand(), spoiled).predicted == fitted(OneBand()).predicted


def test_soils_without_any_value_are_not_learned_from() -> None:
    unknown = FOLD.train[:5]

    result = fitted(OneBand(), without_values(SOILS, unknown))

    assert result.learned_from == len(FOLD.train) - 5


def test_inner_folds_of_intervals_keep_groups_whole() -> None:
    method = OneBand()

    half_widths(method, SOILS, 3, seed=0)

    for shown in method.fits:
        held_back = set(SOILS.groups) - set(shown.groups)
        assert len(shown) == len(SOILS) - 4 * len(held_back)


def test_half_a_width_covers_nine_tenths_of_inner_errors() -> None:
    (half,) = half_widths(OneBand(), SOILS, 4, seed=0)

    error = np.abs(
        OneBand().fit(SOILS, 0).predict(SOILS.spectra)[:, 0] - SOILS.values[:, 0]
    )
    assert 0.85 <= (error <= half).mean() <= 1.0


def test_too_few_soils_promise_no_width() -> None:
    few = SOILS.take(np.arange(8))

    assert half_widths(OneBand(), few, 2, seed=0) == (np.inf,)


def test_only_the_first_seed_pays_for_intervals_and_importance() -> None:
    other = fitted(OneBand(), task=replace(TASK, seed=1))

    assert other.half_width is None
    assert other.importance is None
    assert fitted(OneBand()).half_width is not None


def test_importance_by_gradient_is_slope_times_spread() -> None:
    model = OneBand().fit(SOILS, 0)

    found, kind = band_importance(model, SOILS.spectra)

    assert kind == "gradient"
    spread = SOILS.spectra[:, BAND].std(dtype=np.float64)
    assert found[0, BAND] == pytest.approx(abs(model.slope[0]) * spread, rel=1e-5)
    assert np.delete(found[0], BAND).max() == 0.0


def test_importance_of_what_has_no_graph_is_found_by_swapping_bands() -> None:
    model = OneBand(has_graph=False).fit(SOILS, 0)

    found, kind = band_importance(model, SOILS.spectra)

    assert kind == "permutation"
    moved = np.flatnonzero(found[0])
    assert BAND in moved
    assert moved.size <= 3


def test_the_mean_has_no_important_band() -> None:
    found, kind = band_importance(MeanOfTraining().fit(SOILS, 0), SOILS.spectra)

    assert kind == "gradient"
    assert not found.any()


@dataclass(frozen=True, eq=False)
class Odd(FittedBand):
    """Answers nothing that is a number."""

    def predict(self, spectra: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return no number."""
        return np.full((len(spectra), 1), np.nan)


@dataclass(frozen=True)
class OddMethod(OneBand):
    """Learns nothing."""

    def fit(self, soils: Soils, seed: int) -> FittedBand:
        """Return what answers nothing."""
        del soils, seed
        return Odd(np.zeros(1), np.zeros(1))


def test_predictions_that_are_not_finite_are_refused() -> None:
    with pytest.raises(CalibrationError, match="12 that are not finite"):
        fitted(OddMethod())
