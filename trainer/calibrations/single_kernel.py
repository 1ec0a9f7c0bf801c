"""Ridge and kernel ridge: the best view under one kind of kernel, or the best few."""

from dataclasses import dataclass

from trainer.calibrations.calibration import Soils
from trainer.calibrations.fitted_targets import FittedTargets, fit_targets
from trainer.calibrations.kernel_candidate import (
    LENGTHS,
    Criterion,
    best_candidates,
    decompose_views,
)
from trainer.calibrations.kernel_shape import KernelKind
from trainer.calibrations.member import Member, mean_member
from trainer.calibrations.shared_kernel import fit_views
from trainer.calibrations.standard_values import standard_values
from trainer.calibrations.target_soils import TargetSoils
from trainer.treatments.spectral_treatments import TREATMENTS


@dataclass(frozen=True)
class SingleKernel:
    """Kernel ridge regression; view, length and penalty by leaving groups out.

    Attributes:
        kind: Its kernel; `linear` makes it ridge regression.
        treatments: Which are tried.
        lengths: Which are tried.
        criterion: What decides on length and penalty within a view.
        averaged: How many of the best views are averaged.
    """

    kind: KernelKind = "gaussian"
    treatments: tuple[str, ...] = TREATMENTS
    lengths: tuple[float, ...] = LENGTHS
    criterion: Criterion = "left-out error"
    averaged: int = 1

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return "ridge" if self.kind == "linear" else "kernel-ridge"

    def fit(self, soils: Soils, seed: int) -> FittedTargets:
        """Choose and fit for every target."""
        return fit_targets(soils, seed, self._members)

    def _members(self, soils: TargetSoils) -> tuple[Member, ...]:
        target = standard_values(soils)
        views = fit_views(self.treatments, soils.scans)
        kernels = decompose_views(views, self.kind, self.lengths)
        ranked = best_candidates(kernels, target, soils.groups, self.criterion)
        best = ranked[: self.averaged]
        return (mean_member([one.member(target) for one in best]),)
