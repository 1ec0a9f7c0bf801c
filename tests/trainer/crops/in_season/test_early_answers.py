"""An early answer is told when it is safe, and only then."""

import numpy as np
import pytest
from numpy.typing import NDArray

from trainer.crops.in_season.early_answers import (
    SeasonAnswers,
    choose_rule,
    judge_rule,
    trade_off,
)
from trainer.crops.prediction.season_record import StoppingRule

DAYS = (120, 150, 180, 210)


def season(places: int, spoiled: float, seed: int = 0) -> SeasonAnswers:
    """Make places that are sure early, some of them of the wrong class."""
    random = np.random.default_rng(seed)
    values = np.empty((len(DAYS), places, 2), np.float32)
    values[:, :, 0] = np.array([0.55, 0.9, 0.95, 0.97])[:, None]
    values[1:3, random.uniform(size=places) < spoiled, 0] = 0.08
    values[:, :, 1] = 1 - values[:, :, 0]
    return SeasonAnswers(DAYS, values, np.zeros(places, np.intp), np.ones(places))


def one_place(*first_class: float) -> NDArray[np.float64]:
    told = np.array(first_class)
    return np.stack([told, 1 - told], axis=1)[:, None, :]


@pytest.mark.parametrize(
    ("told", "settled"),
    [
        ((0.9, 0.9, 0.9, 0.9), 1),
        ((0.5, 0.9, 0.6, 0.9), 4),
        ((0.1, 0.9, 0.9, 0.9), 2),
        ((0.9, 0.1, 0.9, 0.1), 4),
        ((0.5, 0.5, 0.9, 0.9), 3),
    ],
)
def test_answer_settles_once_it_leads_twice_in_a_row(
    told: tuple[float, ...], settled: int
) -> None:
    rule = StoppingRule(lead=0.5, dates_in_row=2, margin=0.05)

    assert rule.settled_at(one_place(*told)).tolist() == [settled]


def test_safe_season_is_told_early() -> None:
    quiet = season(500, spoiled=0.0)

    rule = choose_rule(quiet, margin=0.05)

    assert rule is not None
    scores = judge_rule(quiet, rule)
    assert scores.told_early == pytest.approx(1.0)
    assert scores.mean_day == pytest.approx(150)
    assert scores.accuracy == scores.accuracy_at_end == pytest.approx(1.0)


def test_season_that_changes_its_mind_waits() -> None:
    fickle = season(500, spoiled=0.2)

    rule = choose_rule(fickle, margin=0.05)

    assert rule is not None
    assert rule.lead > 0.8
    assert judge_rule(fickle, rule).spoiled <= 0.05


def test_too_few_places_promise_nothing() -> None:
    assert choose_rule(season(20, spoiled=0.0), margin=0.05) is None


def test_pixels_of_few_fields_are_too_few_however_many_they_are() -> None:
    many = season(5000, spoiled=0.0)
    few_fields = SeasonAnswers(DAYS, many.values, many.labels, np.full(5000, 20 / 5000))

    assert choose_rule(few_fields, margin=0.05) is None


def test_rule_that_breaks_its_margin_is_seldom_chosen() -> None:
    chosen = [
        choose_rule(season(200, spoiled=0.06, seed=seed), margin=0.05)
        for seed in range(200)
    ]

    broken = [one for one in chosen if one is not None and one.lead <= 0.84]
    assert len(broken) <= 0.05 * 200


def test_looser_leads_tell_earlier() -> None:
    days = [one.mean_day for one in trade_off(season(100, spoiled=0.1), 0.05)]

    assert days == sorted(days, reverse=True)
    assert days[-1] < days[0]
