"""A farm is due when its labels changed and it has been quiet, or has waited enough."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from trainer.relocaliser.farm_queue import DueFarm, basis_of, due_farms
from trainer.settings import RelocaliserSettings
from trainer.store.farm_activity import FarmActivity, UsableLabel
from trainer.store.publication_log import FitRecord

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SETTINGS = RelocaliserSettings(quiet_s=2.0, max_wait_s=10.0)


def farm_with(*ages_s: float, farm: str = "home-farm") -> FarmActivity:
    """Return a farm with one label for each age in seconds."""
    labels = (
        UsableLabel(f"{farm}-{age}", f"s{age}", NOON - timedelta(seconds=age))
        for age in ages_s
    )
    return FarmActivity("acme", farm, tuple(labels))


def fit_of(farm: FarmActivity, age_s: float = 100) -> FitRecord:
    return FitRecord(
        tenant=farm.tenant,
        farm=farm.farm,
        basis=basis_of(farm.labels),
        labels=len(farm.labels),
        published_at=NOON - timedelta(seconds=age_s),
        reason="test",
        digest="ab" * 32,
    )


def due(*farms: FarmActivity, fits: tuple[FitRecord, ...] = ()) -> list[DueFarm]:
    latest = {(fit.tenant, fit.farm): fit for fit in fits}
    return due_farms(farms, latest, NOON, SETTINGS)


def test_farm_without_labels_gets_the_first_model_at_once() -> None:
    assert [one.reason for one in due(farm_with())] == ["first model"]


def test_farm_with_a_model_and_no_new_label_is_left_alone() -> None:
    farm = farm_with(5, 60)

    assert due(farm, farm_with(farm="next-farm"), fits=(fit_of(farm),)) == due(
        farm_with(farm="next-farm")
    )


def test_new_labels_are_fitted_once_the_farm_is_quiet() -> None:
    before = fit_of(farm_with(200))

    assert due(farm_with(1, 200), fits=(before,)) == []
    assert [one.reason for one in due(farm_with(3, 200), fits=(before,))] == [
        "2 labels"
    ]


def test_labels_that_keep_coming_are_fitted_after_the_longest_wait() -> None:
    before = fit_of(farm_with(200))

    assert due(farm_with(1, 9, 200), fits=(before,)) == []
    found = due(farm_with(1, 11, 200), fits=(before,))
    assert [one.reason for one in found] == ["3 labels, and more are coming"]


def test_corrected_label_makes_the_farm_due_again() -> None:
    farm = farm_with(60)
    before = fit_of(farm, age_s=30)
    corrected = (replace(farm.labels[0], record="correction"),)

    assert due(replace(farm, labels=corrected), fits=(before,)) != []


def test_failed_fit_waits_until_the_labels_change() -> None:
    farm = farm_with(60)
    failed = replace(fit_of(farm), digest=None, failure="ValueError: too few")

    assert due(farm, fits=(failed,)) == []
    assert len(due(farm_with(5, 60), fits=(failed,))) == 1


def test_farms_without_a_model_come_first_then_those_that_waited_longest() -> None:
    new = farm_with(farm="new-farm")
    short, long = farm_with(3, farm="short-farm"), farm_with(9, farm="long-farm")
    before = tuple(
        replace(fit_of(farm), basis="00" * 32, published_at=NOON - timedelta(hours=1))
        for farm in (short, long)
    )

    found = due(short, long, new, fits=before)

    assert [one.farm for one in found] == ["new-farm", "long-farm", "short-farm"]
