"""What a search keeps, drops and tells, and that nothing but its seed decides."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.trainer.localisation.rs_local.made_problem import (
    SMALL,
    SOILS,
    made_soils,
    settings_with,
)
from trainer.errors import CalibrationError
from trainer.localisation.rs_local.compiled_scorer import CompiledScorer
from trainer.localisation.rs_local.instance_search import SearchProgress, search
from trainer.localisation.rs_local.selection_settings import SelectionSettings
from trainer.localisation.rs_local.soil_draws import SoilDraws
from trainer.localisation.rs_local.soil_ranking import dropped, mean_errors

NO_GROUPS = np.arange(SOILS)


class NumberedScorer:
    """Judges a draw by the sum of its rows: high rows are bad soils."""

    def __call__(
        self, draws: SoilDraws, scored: Callable[[int], None]
    ) -> NDArray[np.float64]:
        """Return sums of rows."""
        scored(len(draws))
        sums = [float(draws[at].sum()) for at in range(len(draws))]
        return np.array(sums)


@pytest.mark.parametrize("score", ["response", "reconstruction"])
def test_an_error_is_the_same_to_the_last_bit_on_any_number_of_threads(
    score: str,
) -> None:
    settings = settings_with(score=score, draws_a_sample=40)
    soils = made_soils(settings)

    one, two, five = (
        search(soils, settings, CompiledScorer(soils, settings, threads))
        for threads in (1, 2, 5)
    )

    assert one.rounds == two.rounds == five.rounds
    assert one.rows.tolist() == two.rows.tolist() == five.rows.tolist()


def test_soils_that_spoil_draws_are_dropped() -> None:
    soils, settings = made_soils(), settings_with(draws_a_sample=60)

    kept = search(soils, settings, NumberedScorer()).rows

    assert kept.mean() < 20


def test_a_search_keeps_the_soils_that_tell_carbon_as_the_farm_does() -> None:
    settings = settings_with(draws_a_sample=40, retain=0.9)
    soils = made_soils(settings)

    kept = search(soils, settings, CompiledScorer(soils, settings)).rows

    assert (kept < SOILS // 3).mean() > 0.5  # a third of the library is alike


def test_a_search_ends_at_or_a_little_below_what_was_asked_for() -> None:
    found = search(made_soils(), SMALL, NumberedScorer())

    sizes = [one.soils for one in found.rounds]
    assert sizes == [90, 72, 58, 46, 37]
    assert len(found.rows) == 30
    assert [one.draws for one in found.rounds] == [18, 14, 12, 9, 7]


def test_the_culled_share_is_that_of_floating_point() -> None:
    settings = SelectionSettings(retain=0.95)

    assert settings.dropped_of(50) == 3
    assert round(50 * 0.05) == 2


def test_fits_are_foreseen() -> None:
    assert SelectionSettings().planned_fits(50_000) == 132_549


def test_progress_tells_what_is_done_and_what_is_left() -> None:
    seen = list[SearchProgress]()

    search(made_soils(), SMALL, NumberedScorer(), seen.append)

    assert [one.fits for one in seen] == [18, 32, 44, 53, 60]
    assert {one.planned for one in seen} == {60}
    assert seen[-1].soils == 37


def test_who_watches_may_stop_a_search() -> None:
    def stop(progress: SearchProgress) -> None:
        raise KeyboardInterrupt(progress.fits)

    soils = made_soils()

    with pytest.raises(KeyboardInterrupt):
        search(soils, SMALL, CompiledScorer(soils, SMALL, 2), stop)


def test_spectra_that_are_no_numbers_are_refused_rather_than_searched_for_ever() -> (
    None
):
    soils = made_soils()
    soils.spectra[7, 3] = np.nan

    with pytest.raises(CalibrationError, match="found a draw without an error"):
        search(soils, SMALL, CompiledScorer(soils, SMALL))


def test_a_soil_that_was_never_drawn_stays() -> None:
    draws = SoilDraws(np.array([0, 1, 1, 2], np.int32), np.array([0, 2, 4]))

    means = mean_errors(draws, np.array([1.0, 3.0]), 4)

    np.testing.assert_array_equal(means, [1.0, 2.0, 3.0, np.nan])
    worst = dropped(means, NO_GROUPS[:4], settings_with(retain=0.5))
    assert worst is not None
    assert worst.tolist() == [False, True, True, False]


@given(
    means=st.lists(
        st.floats(0, 9) | st.just(float("nan")), min_size=5, max_size=40
    ).filter(lambda found: any(np.isfinite(found))),
    retain=st.floats(0.1, 0.99),
)
def test_whatever_is_dropped_erred_no_less_than_what_stays(
    means: list[float], retain: float
) -> None:
    found = np.array(means)

    worst = dropped(found, NO_GROUPS[: len(means)], settings_with(retain=retain))

    assert worst is not None
    stays = found[~worst & np.isfinite(found)]
    assert worst.any()
    assert np.isfinite(found[worst]).all()
    assert not stays.size or stays.max() <= found[worst].min()


def test_of_equal_soils_the_first_goes_first() -> None:
    means = np.tile([1.0, 2.0, 3.0], SOILS // 3)

    worst = dropped(means, NO_GROUPS, settings_with(retain=0.9))

    assert worst is not None
    assert np.flatnonzero(worst).tolist() == list(range(2, 27, 3))


def test_a_group_is_dropped_whole_or_not_at_all() -> None:
    means = np.array([1.0, 1.0, 5.0, 5.0, 5.0, 9.0])
    groups = np.array([0, 0, 1, 1, 1, 2])

    two = dropped(means, groups, settings_with(retain=0.6, grouped=True))
    four = dropped(means, groups, settings_with(retain=0.34, grouped=True))

    assert two is not None
    assert four is not None
    assert np.flatnonzero(two).tolist() == [5]
    assert np.flatnonzero(four).tolist() == [2, 3, 4, 5]


def test_a_group_alone_among_the_worst_goes_whole() -> None:
    means = np.array([1.0, 1.0, 5.0, 5.0, 5.0])
    groups = np.array([0, 0, 1, 1, 1])

    worst = dropped(means, groups, settings_with(retain=0.8, grouped=True))

    assert worst is not None
    assert np.flatnonzero(worst).tolist() == [2, 3, 4]


def test_a_quantile_that_leaves_too_few_to_fit_ends_the_search() -> None:
    settings = settings_with(retention="probabilistic", retain=0.2)

    assert dropped(np.arange(10.0), NO_GROUPS[:10], settings) is None


@pytest.mark.parametrize(
    ("changes", "evidence"),
    [
        ({"keep": 4}, "more soils to keep than the 4 components, found 4"),
        ({"retain": 1.0}, "between 0 and 1, found 1.0"),
        ({"draws_a_sample": 0}, "draws a sample of at least 1"),
        ({"components": 0}, "components of at least 1"),
        ({"seed": -1}, "a seed of 0 or more"),
    ],
)
def test_settings_that_cannot_search_are_refused(
    changes: dict[str, float], evidence: str
) -> None:
    with pytest.raises(CalibrationError, match=evidence):
        settings_with(**changes)


def test_the_authors_advice_is_told() -> None:
    hasty = settings_with(draws_a_sample=39, retain=0.89)

    assert [one.split(",")[0] for one in hasty.cautions] == [
        "each soil is drawn 39 times a round",
        "0.89 of the soils outlast a round",
    ]
    assert SelectionSettings().cautions == ()
