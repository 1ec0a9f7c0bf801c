"""What every member of a farm's model is, on a stack of farms.

A member is fitted on some of the labelled soils of every farm at once. What it leaves
behind tells the soils left out, and turns into a calibration's member for export.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.member import LinearTerm, Member, Term, kernel_term
from trainer.localisation.members.farm_stack import Rows
from trainer.localisation.members.value_scale import ValueScale

Array = NDArray[np.float64]


class StackFit(Protocol):
    """A member, fitted on the same rows of every farm."""

    def answer(self, out: Rows) -> Array:
        """Return what soils that were left out are told to be, [farm, soil]."""
        ...

    def members(self, at: int) -> tuple[Member, ...]:
        """Return one farm's member, or members that count the same, in its own unit."""
        ...


class StackMember(Protocol):
    """One way to fit a stack of farms."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    def fit(self, kept: Rows) -> StackFit:
        """Fit on the labelled soils `kept` of every farm."""
        ...


@dataclass(frozen=True, eq=False)
class Expansion:
    """Terms on the scale of a fit, and what they are added to."""

    terms: tuple[Term, ...]
    intercept: float

    def member(self, scale: ValueScale, at: int) -> Member:
        """Return the expansion in the target's unit, for the farm `at`."""
        row = min(at, len(scale.spread) - 1)
        spread, level = float(scale.spread[row, 0]), float(scale.level[row, 0])
        return Member(
            tuple(_times(term, spread) for term in self.terms),
            level + spread * self.intercept,
            scale.is_logarithmic,
        )


def _times(term: Term, factor: float) -> Term:
    if isinstance(term, LinearTerm):
        return LinearTerm(term.view, term.coefficients * factor)
    return kernel_term(term.view, term.shape, term.weights * factor)
