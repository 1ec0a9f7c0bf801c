"""How intervals hold is measured on farms that nobody learned from."""

from dataclasses import replace

import numpy as np
import pytest

from protocols.model_manifest import MeasuredInterval
from tests.trainer.localisation.made_soils import CARBON, CLAY, made_library
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation import interval_trials
from trainer.localisation.interval_trials import (
    TrialPlan,
    farms_to_try,
    try_intervals,
    with_measured_intervals,
)
from trainer.localisation.knowledge.interval_trial import (
    IntervalTrial,
    measured_for,
    measured_of,
)
from trainer.localisation.knowledge.library_knowledge import learn_library

LIBRARY = made_library(farms=3, soils=30)
PLAN = TrialPlan(farms=2, draws=2, labels=(0, 9, 15, 60))


def trial(farm: str, labels: int, coverage: float) -> IntervalTrial:
    return IntervalTrial(
        farm=farm, target=CARBON, labels=labels, soils=20, coverage=coverage, width=2.0
    )


def test_each_farm_is_tried_with_every_number_of_labels_it_can_spare() -> None:
    done: list[str] = []

    trials = try_intervals(LIBRARY, PLAN, tell=done.append)

    assert done == ["farm-0", "farm-2"]
    assert [(one.farm, one.labels) for one in trials] == [
        (farm, labels) for farm in done for labels in (0, 9, 15)
    ]
    assert [one.soils for one in trials[:3]] == [30, 42, 30]
    assert all(0.6 <= one.coverage <= 1 for one in trials if one.labels)
    assert all(0 < one.width < 20 for one in trials)


def test_nobody_learns_from_the_farm_that_is_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    learned: list[tuple[str, ...]] = []

    def watch(library: SpectralLibrary, *, keeps_samples: bool) -> object:
        learned.append(library.farm_names)
        return learn_library(library, keeps_samples=keeps_samples)

    monkeypatch.setattr(interval_trials, "learn_library", watch)

    try_intervals(LIBRARY, replace(PLAN, labels=(9,), draws=1))

    assert learned == [("farm-1", "farm-2"), ("farm-0", "farm-1")]


def test_values_that_are_missing_are_neither_labelled_nor_judged() -> None:
    library = made_library(3, 30, (CARBON, CLAY))
    values = library.values.copy()
    values[:12, 1] = np.nan
    values[30:60, 1] = np.nan

    trials = try_intervals(
        replace(library, values=values), TrialPlan(3, 1, labels=(0, 9))
    )

    judged = {(one.farm, one.target): one.soils for one in trials if not one.labels}
    assert judged[("farm-0", CARBON)] == 30
    assert judged[("farm-0", CLAY)] == 18
    assert ("farm-1", CLAY) not in judged
    assert judged[("farm-2", CLAY)] == 30


def test_farms_are_taken_evenly_and_only_where_soils_are_left_to_judge() -> None:
    assert farms_to_try(made_library(5, 25), TrialPlan(farms=3)) == [
        "farm-0",
        "farm-2",
        "farm-4",
    ]
    assert farms_to_try(made_library(5, 20)) == []
    assert farms_to_try(made_library(1, 40)) == []


def test_trials_come_together_by_target_and_labels() -> None:
    found = measured_of([trial("a", 9, 0.8), trial("b", 9, 1.0), trial("a", 15, 0.9)])

    assert found[0] == MeasuredInterval(
        target=CARBON,
        labels=9,
        farms=2,
        soils=40,
        coverage=0.9,
        worst_coverage=0.8,
        width=2.0,
    )
    assert [one.labels for one in found] == [9, 15]


@pytest.mark.parametrize(
    ("labels", "expected"), [(3, []), (9, [9]), (14, [9]), (200, [30])]
)
def test_a_farm_is_told_what_was_measured_with_no_more_labels_than_it_has(
    labels: int, expected: list[int]
) -> None:
    measured = measured_of([trial("a", count, 0.9) for count in (9, 15, 30)])

    assert [one.labels for one in measured_for(measured, labels)] == expected


def test_knowledge_without_a_farm_forgets_how_that_farm_did() -> None:
    plan = TrialPlan(farms=3, draws=1, labels=(9,))
    knowledge = with_measured_intervals(learn_library(LIBRARY), LIBRARY, plan)

    others = knowledge.without_farm("farm-1")

    assert knowledge.measured[0].farms == 3
    assert [one.farm for one in others.trials] == ["farm-0", "farm-2"]
    assert others.measured_for(30)[0].farms == 2
    assert learn_library(LIBRARY).measured == ()
