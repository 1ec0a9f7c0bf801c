"""The fitted calibration that PLS, ridge, kernels and their averages all come down to.

Every target is fitted by itself on the soils that have its value. Answers stay within
the range of the values learned from, widened by itself at both ends.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from torch import nn

from trainer.calibrations.calibration import Soils
from trainer.calibrations.expansion_graph import expansion_graph
from trainer.calibrations.member import Member
from trainer.calibrations.target_soils import TargetSoils, target_soils

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TargetModel:
    """The equal mean of members for one target, kept within what can be."""

    members: tuple[Member, ...]
    least: float
    most: float

    def predict(self, scans: NDArray[np.float32]) -> Array:
        """Return one value a scan."""
        answers = [self._answer(member, scans) for member in self.members]
        mean: Array = np.clip(np.mean(answers, axis=0), self.least, self.most)
        return mean

    def _answer(self, member: Member, scans: NDArray[np.float32]) -> Array:
        answer = member.answer(scans)
        if not member.is_logarithmic:
            return answer
        return np.exp(np.minimum(answer, np.log(self.most)))


@dataclass(frozen=True, eq=False)
class FittedTargets:
    """One model a target."""

    models: tuple[TargetModel, ...]
    bands: int

    def predict(self, spectra: NDArray[np.float32]) -> Array:
        """Return one row a scan and one column a target."""
        with threadpool_limits(limits=1):
            return np.stack([one.predict(spectra) for one in self.models], axis=1)

    def as_graph(self) -> nn.Module:
        """Return the same as one torch module."""
        return expansion_graph(self.models)


def fit_targets(
    soils: Soils, seed: int, fit: Callable[[TargetSoils], tuple[Member, ...]]
) -> FittedTargets:
    """Fit every target on one thread; more only wait on matrices this small."""
    with threadpool_limits(limits=1):
        models = [
            _fit_target(target_soils(soils, column, seed), fit)
            for column in range(len(soils.targets))
        ]
    return FittedTargets(tuple(models), soils.grid.bands)


def believable_range(values: Array) -> tuple[float, float]:
    """Return the range of `values` widened by itself, never newly below nothing."""
    low, high = float(values.min()), float(values.max())
    least = 2 * low - high
    return max(0.0, least) if low >= 0 else least, 2 * high - low


def _fit_target(
    soils: TargetSoils, fit: Callable[[TargetSoils], tuple[Member, ...]]
) -> TargetModel:
    least, most = believable_range(soils.values)
    if least == most or not soils.values.std():
        level = float(soils.values[0])
        return TargetModel((Member((), level),), level, level)
    return TargetModel(fit(soils), least, most)
