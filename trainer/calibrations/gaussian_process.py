"""Gaussian process regression on kernels summed over treatments.

Length and linear share are not chosen: processes of every combination are averaged,
each with the noise that is least wrong on groups left out. On real soils that was
steadier than the best one by leave-one-out error or by evidence.
"""

from dataclasses import dataclass

from trainer.calibrations.calibration import Soils
from trainer.calibrations.fitted_targets import FittedTargets, fit_targets
from trainer.calibrations.member import Member, mean_member
from trainer.calibrations.shared_kernel import fit_views
from trainer.calibrations.shared_process import fit_process, shared_kernels
from trainer.calibrations.standard_values import standard_values
from trainer.calibrations.target_soils import TargetSoils
from trainer.calibrations.treated_view import FittedView
from trainer.treatments.spectral_treatments import WIDE_TREATMENTS

LINEAR_SHARES = (0.0, 0.1, 0.5)
LENGTHS = (1.0, 2.0, 4.0)


@dataclass(frozen=True)
class GaussianProcess:
    """Over which treatments, linear shares and Matern lengths is averaged."""

    treatments: tuple[str, ...] = WIDE_TREATMENTS
    linear_shares: tuple[float, ...] = LINEAR_SHARES
    lengths: tuple[float, ...] = LENGTHS

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return "gaussian-process"

    def fit(self, soils: Soils, seed: int) -> FittedTargets:
        """Fit every process of every target."""
        return fit_targets(soils, seed, self._members)

    def mean_of_processes(
        self, views: tuple[FittedView, ...], soils: TargetSoils
    ) -> Member:
        """Return the processes of one target as one member."""
        target = standard_values(soils)
        kernels = shared_kernels(views, self.linear_shares, self.lengths)
        return mean_member([fit_process(one, soils, target) for one in kernels])

    def _members(self, soils: TargetSoils) -> tuple[Member, ...]:
        views = fit_views(self.treatments, soils.scans)
        return (self.mean_of_processes(views, soils),)
