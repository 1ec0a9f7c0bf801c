"""The process over sites is one process over all soils of library and farm together."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from trainer.localisation.members.site_member import SiteMember, SiteStack
from trainer.localisation.members.site_process import (
    KERNELS,
    KnownSites,
    SiteSetting,
    site_settings,
)
from trainer.localisation.members.stacked_view import StackedView

Array = NDArray[np.float64]

FARMS, OWN, BANDS, VIEWS = 2, 8, 4, 2
KEPT, OUT = np.array([0, 1, 3, 4, 6]), np.array([2, 5, 7])
NUMBERS = np.repeat([0, 1, 2], [5, 6, 4])
SETTINGS = site_settings(kinships=(0.2, 0.7), offsets=(0.3, 2.0))
NOISE, LEVEL = 0.05, 1.5
RANDOM = np.random.default_rng(5)
LIBRARY = [RANDOM.normal(0, 0.5, (len(NUMBERS), BANDS)) for _ in range(VIEWS)]
SCANS = [RANDOM.normal(0, 0.5, (FARMS, OWN, BANDS)) for _ in range(VIEWS)]
STANDARD = RANDOM.normal(size=len(NUMBERS))
VALUES = RANDOM.uniform(1, 4, (FARMS, OWN))


def member() -> SiteMember:
    known = KnownSites(tuple(LIBRARY), NUMBERS, SETTINGS, LEVEL, NOISE)
    plain = np.zeros((FARMS, BANDS)), np.ones((FARMS, BANDS))
    views = tuple(
        StackedView("absorbance", *plain, rows=own, others=far)
        for own, far in zip(SCANS, LIBRARY, strict=True)
    )
    return SiteMember("sites", SiteStack(known, views), STANDARD, VALUES)


@dataclass(frozen=True)
class Dense:
    """The library's soils and a farm's own under one setting, as one matrix."""

    covariance: Array
    labels: Array
    level: float
    spread: float

    def told(self) -> Array:
        """Return what the farm's soils that are left out are told to be."""
        known = np.r_[np.arange(len(NUMBERS)), len(NUMBERS) + KEPT]
        noisy = self.covariance[np.ix_(known, known)] + NOISE * np.eye(len(known))
        across = self.covariance[np.ix_(len(NUMBERS) + OUT, known)]
        told: Array = across @ np.linalg.inv(noisy) @ self.labels
        return self.level + self.spread * told

    def evidence(self) -> float:
        """Return the log density of the farm's labels, given the library's."""
        count = len(NUMBERS)
        known = np.r_[np.arange(count), count + KEPT]
        both = self._density(known, self.labels)
        return both - self._density(np.arange(count), self.labels[:count])

    def _density(self, rows: NDArray[np.intp], labels: Array) -> float:
        noisy = self.covariance[np.ix_(rows, rows)] + NOISE * np.eye(len(rows))
        _, span = np.linalg.slogdet(noisy)
        square = labels @ np.linalg.inv(noisy) @ labels
        return float(-0.5 * (square + span + len(rows) * np.log(2 * np.pi)))


def dense(farm: int, setting: SiteSetting) -> Dense:
    numbers = np.concatenate([NUMBERS, np.full(OWN, 99)])
    is_same = numbers[:, np.newaxis] == numbers
    likeness = np.zeros((len(numbers), len(numbers)))
    for own, far in zip(SCANS, LIBRARY, strict=True):
        rows = np.concatenate([far, own[farm]])
        for shape, share in KERNELS[setting.kernel].items():
            likeness += share * shape.gram(rows, rows) / VIEWS
    kinship = np.where(is_same, 1.0, setting.kinship)
    covariance = likeness * kinship + setting.offset * is_same + LEVEL
    own_labels = VALUES[farm, KEPT]
    level, spread = float(own_labels.mean()), float(own_labels.std())
    labels = np.concatenate([STANDARD, (own_labels - level) / spread])
    return Dense(covariance, labels, level, spread)


@pytest.mark.parametrize("farm", range(FARMS))
def test_settings_count_by_the_density_of_the_farms_labels(farm: int) -> None:
    logs = np.array([dense(farm, one).evidence() for one in SETTINGS])

    shares = member().fit(KEPT).posterior.shares[farm]

    expected = np.exp(logs - logs.max())
    np.testing.assert_allclose(shares, expected / expected.sum(), rtol=1e-8)
    assert shares.max() < 0.99


@pytest.mark.parametrize("farm", range(FARMS))
def test_soils_are_told_as_by_one_process_over_everything(farm: int) -> None:
    told = np.array([dense(farm, one).told() for one in SETTINGS])
    fit = member().fit(KEPT)

    answer = fit.answer(OUT)[farm]

    np.testing.assert_allclose(answer, fit.posterior.shares[farm] @ told, rtol=1e-8)
