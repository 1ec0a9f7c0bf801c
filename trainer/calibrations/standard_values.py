"""A target on the scale that kernels are fitted on: mean zero, deviation one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.member import Member, Term
from trainer.calibrations.target_soils import TargetSoils

Array = NDArray[np.float64]

SKEWED = 0.5
"""From here on a logarithm makes a positive target more even."""


@dataclass(frozen=True, eq=False)
class StandardValues:
    """Values, and how to come back from them."""

    values: Array
    level: float
    spread: float
    is_logarithmic: bool = False

    def member(self, terms: tuple[Term, ...], intercept: float = 0.0) -> Member:
        """Return a member whose terms already carry `spread`."""
        start = self.level + self.spread * intercept
        return Member(terms, start, self.is_logarithmic)


def standard_values(soils: TargetSoils) -> StandardValues:
    """Return the values themselves, standardised."""
    return _standardised(soils.values, is_logarithmic=False)


def log_values(soils: TargetSoils) -> StandardValues | None:
    """Return standardised logarithms where they make sense and may help."""
    if soils.values.min() <= 0 or soils.skewness < SKEWED:
        return None
    return _standardised(np.log(soils.values), is_logarithmic=True)


def _standardised(values: Array, *, is_logarithmic: bool) -> StandardValues:
    level, spread = float(values.mean()), float(values.std())
    return StandardValues((values - level) / spread, level, spread, is_logarithmic)
