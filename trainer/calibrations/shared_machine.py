"""Support vector regression on a shared kernel, as a member like any other."""

from trainer.calibrations.member import Member
from trainer.calibrations.shared_kernel import SharedKernel
from trainer.calibrations.standard_values import StandardValues
from trainer.calibrations.support_vectors import fit_support_vectors
from trainer.calibrations.target_soils import TargetSoils


def fit_machine(
    kernel: SharedKernel, soils: TargetSoils, target: StandardValues, folds: int
) -> Member:
    """Return the machine whose penalty and tube are least wrong over the folds."""
    found = fit_support_vectors(kernel.known_gram(), target.values, soils.folds(folds))
    return target.member(kernel.terms(found.weights * target.spread), found.intercept)
