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
from trainer.calibrations.target_model import TargetModel, believable_range
from trainer.calibrations.target_soils import TargetSoils, target_soils

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FittedTargets:
    """One model a target."""

    models: tuple[TargetModel, ...]

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
    return FittedTargets(tuple(models))


def _fit_target(
    soils: TargetSoils, fit: Callable[[TargetSoils], tuple[Member, ...]]
) -> TargetModel:
    least, most = believable_range(soils.values)
    if least == most or not soils.values.std():
        level = float(soils.values[0])
        return TargetModel((Member((), level),), level, level)
    return TargetModel(fit(soils), least, most)
