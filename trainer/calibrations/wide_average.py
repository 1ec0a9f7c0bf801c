"""The wide average: processes and machines on shared kernels, with nothing ranked.

For sets of many fields, where near-duplicates make every ranking of treatments
optimistic. It uses no single treatment and no purely linear model, which extrapolate
badly between fields.
"""

from dataclasses import dataclass, field

from trainer.calibrations.calibration import Soils
from trainer.calibrations.fitted_targets import FittedTargets, fit_targets
from trainer.calibrations.gaussian_process import GaussianProcess
from trainer.calibrations.member import Member, mean_member
from trainer.calibrations.shared_kernel import SharedKernel, fit_views
from trainer.calibrations.shared_machine import fit_machine
from trainer.calibrations.standard_values import standard_values
from trainer.calibrations.target_soils import TargetSoils

MACHINES = ((0.0, 1.0), (0.1, 2.0), (0.5, 2.0))
"""Linear share and length of the kernels that support vectors are fitted on."""


@dataclass(frozen=True)
class WideAverage:
    """The equal mean of the Gaussian processes' and the machines' means."""

    processes: GaussianProcess = field(default_factory=GaussianProcess)
    machines: tuple[tuple[float, float], ...] = MACHINES
    folds: int = 5

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return "wide-average"

    def fit(self, soils: Soils, seed: int) -> FittedTargets:
        """Fit every member of every target."""
        return fit_targets(soils, seed, self._members)

    def _members(self, soils: TargetSoils) -> tuple[Member, ...]:
        views = fit_views(self.processes.treatments, soils.scans)
        target = standard_values(soils)
        machines = [
            fit_machine(SharedKernel(views, *one), soils, target, self.folds)
            for one in self.machines
        ]
        return self.processes.mean_of_processes(views, soils), mean_member(machines)
