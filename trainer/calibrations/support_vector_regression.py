"""Support vector regression on a kernel that is summed over treatments."""

from dataclasses import dataclass

from trainer.calibrations.calibration import Soils
from trainer.calibrations.fitted_targets import FittedTargets, fit_targets
from trainer.calibrations.member import Member
from trainer.calibrations.shared_kernel import SharedKernel, fit_views
from trainer.calibrations.shared_machine import fit_machine
from trainer.calibrations.standard_values import standard_values
from trainer.calibrations.target_soils import TargetSoils
from trainer.treatments.spectral_treatments import WIDE_TREATMENTS


@dataclass(frozen=True)
class SupportVectorRegression:
    """Penalty and tube come from grouped folds, the kernel is set."""

    treatments: tuple[str, ...] = WIDE_TREATMENTS
    linear_share: float = 0.5
    length: float = 2.0
    folds: int = 5

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return "svr"

    def fit(self, soils: Soils, seed: int) -> FittedTargets:
        """Fit every target."""
        return fit_targets(soils, seed, self._members)

    def _members(self, soils: TargetSoils) -> tuple[Member, ...]:
        views = fit_views(self.treatments, soils.scans)
        kernel = SharedKernel(views, self.linear_share, self.length)
        return (fit_machine(kernel, soils, standard_values(soils), self.folds),)
