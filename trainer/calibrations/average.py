"""The average: the equal mean of the best few calibrations across kinds and treatments.

On few labels a choice between good calibrations is mostly noise, and their mean is
better than any of them. Four kinds, each itself a mean, count the same:

* ridge under its best views,
* support vectors on one kernel that is half linear, half Matern over many views,
* Gaussian support vectors under their best views,
* Gaussian processes under their best views,

and, for positive targets with a long upper tail, ridge and support vectors together on
their logarithms. How many are best is set once, for all sets of soils.
"""

from dataclasses import dataclass

from trainer.calibrations.calibration import Soils
from trainer.calibrations.fitted_targets import FittedTargets, fit_targets
from trainer.calibrations.kernel_candidate import (
    DecomposedView,
    KernelCandidate,
    best_candidates,
    decompose_views,
)
from trainer.calibrations.kernel_shape import KernelKind
from trainer.calibrations.member import Member, kernel_term, mean_member
from trainer.calibrations.shared_kernel import SharedKernel, fit_views
from trainer.calibrations.shared_machine import fit_machine
from trainer.calibrations.standard_values import (
    StandardValues,
    log_values,
    standard_values,
)
from trainer.calibrations.support_vectors import fit_support_vectors
from trainer.calibrations.target_soils import TargetSoils
from trainer.treatments.spectral_treatments import WIDE_TREATMENTS

SHARED_LINEAR, SHARED_LENGTH = 0.5, 2.0
"""The shared kernel's linear share, and the length of its Matern half."""

Kernels = dict[KernelKind, list[list[DecomposedView]]]


@dataclass(frozen=True)
class Average:
    """How many of each kind are averaged, over which treatments."""

    treatments: tuple[str, ...] = WIDE_TREATMENTS
    ridges: int = 4
    machines: int = 3
    processes: int = 10
    folds: int = 5

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return "average"

    def fit(self, soils: Soils, seed: int) -> FittedTargets:
        """Fit every member of every target."""
        return fit_targets(soils, seed, self._members)

    def _members(self, soils: TargetSoils) -> tuple[Member, ...]:
        views = fit_views(self.treatments, soils.scans)
        kinds: tuple[KernelKind, ...] = ("linear", "matern", "gaussian")
        kernels: Kernels = {kind: decompose_views(views, kind) for kind in kinds}
        shared = SharedKernel(views, SHARED_LINEAR, SHARED_LENGTH)
        plain = standard_values(soils)
        members = [
            self._ridge(soils, kernels, plain),
            fit_machine(shared, soils, plain, self.folds),
            self._machine(soils, kernels, plain),
            self._process(soils, kernels, plain),
        ]
        logarithms = log_values(soils)
        if logarithms is not None:
            both = (
                self._ridge(soils, kernels, logarithms),
                fit_machine(shared, soils, logarithms, self.folds),
            )
            members.append(mean_member(both))
        return tuple(members)

    def _ridge(
        self, soils: TargetSoils, kernels: Kernels, target: StandardValues
    ) -> Member:
        ranked = best_candidates(kernels["linear"], target, soils.groups)
        return mean_member([one.member(target) for one in ranked[: self.ridges]])

    def _process(
        self, soils: TargetSoils, kernels: Kernels, target: StandardValues
    ) -> Member:
        curved = [*kernels["matern"], *kernels["gaussian"]]
        ranked = best_candidates(curved, target, soils.groups)
        return mean_member([one.member(target) for one in ranked[: self.processes]])

    def _machine(
        self, soils: TargetSoils, kernels: Kernels, target: StandardValues
    ) -> Member:
        ranked = best_candidates(kernels["gaussian"], target, soils.groups)
        fits = [
            self._one_machine(soils, one, target) for one in ranked[: self.machines]
        ]
        return mean_member(fits)

    def _one_machine(
        self, soils: TargetSoils, candidate: KernelCandidate, target: StandardValues
    ) -> Member:
        view, shape = candidate.view, candidate.shape
        kernel = shape.gram(view.support, view.support)
        found = fit_support_vectors(kernel, target.values, soils.folds(self.folds))
        term = kernel_term(view, shape, found.weights * target.spread)
        return target.member((term,), found.intercept)
