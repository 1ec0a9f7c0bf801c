"""Spiking weighs the farm's soils, and chooses the weight inside its labels."""

from dataclasses import dataclass, field

from tests.trainer.localisation.transfer_arms.small_arms import (
    PLS,
    customer,
    other_farms,
)
from trainer.calibrations.calibration import FittedCalibration, Soils
from trainer.localisation.transfer_arms.spiking import Spiking


@dataclass(frozen=True)
class Spy:
    """Remembers what it was shown."""

    shown: list[Soils] = field(default_factory=list)
    name: str = "spy"

    def fit(self, soils: Soils, seed: int) -> FittedCalibration:
        """Fit by partial least squares."""
        self.shown.append(soils)
        return PLS.fit(soils, seed)


def test_every_soil_of_the_farm_stands_there_as_often_as_told() -> None:
    spy, library, farm = Spy(), other_farms(), customer(6)

    Spiking(spy, copies=(5,)).fit(library, farm, 0)

    (shown,) = spy.shown
    counts = [shown.groups.count(group) for group in farm.groups]
    assert counts == [5] * 6
    assert len(shown) == len(library.soils) + 5 * 6


def test_a_weight_is_chosen_on_groups_left_out() -> None:
    spy, farm = Spy(), customer(10)

    Spiking(spy, copies=(1, 4), folds=5).fit(other_farms(), farm, 0)

    assert len(spy.shown) == 2 * 5 + 1
    for tried in spy.shown[:-1]:
        assert len(set(farm.groups) & set(tried.groups)) == 8
    assert set(farm.groups) <= set(spy.shown[-1].groups)


def test_a_farm_unlike_the_library_gets_the_larger_weight() -> None:
    spy, farm = Spy(), customer(20)
    moved = 30 - 3 * farm.values

    Spiking(spy, copies=(1, 30)).fit(
        other_farms(),
        Soils(farm.spectra, moved, farm.groups, farm.grid, farm.targets),
        0,
    )

    assert spy.shown[-1].groups.count(farm.groups[0]) == 30
