"""No soil that is judged by was ever labelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.campaign_plan import FEWEST_HELD_OUT, plan_campaign

SOILS = [f"soil-{number}" for number in range(120)]


@given(seed=st.integers(), counts=st.lists(st.integers(0, 90), min_size=1))
def test_no_soil_is_both_labelled_and_judged(seed: int, counts: list[int]) -> None:
    plan = plan_campaign(SOILS, counts, seed)

    assert not set(plan.to_label) & set(plan.held_out)
    assert {*plan.to_label, *plan.held_out} == set(SOILS)
    assert len(plan.to_label) == max(counts)


def test_each_count_adds_its_own_soils() -> None:
    plan = plan_campaign(SOILS, (0, 10, 30), seed=1)

    first, second = plan.labels_between(0, 10), plan.labels_between(10, 30)

    assert (len(first), len(second)) == (10, 20)
    assert first + second == plan.to_label


def test_the_season_starts_without_any_label() -> None:
    assert plan_campaign(SOILS, (10, 30), seed=1).label_counts == (0, 10, 30)


def test_another_seed_labels_other_soils() -> None:
    plans = [plan_campaign(SOILS, (30,), seed) for seed in (1, 2)]

    assert plans[0].to_label != plans[1].to_label


def test_too_few_soils_to_judge_by_are_refused() -> None:
    most = len(SOILS) - FEWEST_HELD_OUT

    with pytest.raises(ValueError, match="ask for fewer labels"):
        plan_campaign(SOILS, (most + 1,), seed=1)
