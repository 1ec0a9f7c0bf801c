"""What any process leaves behind once its posterior is known."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.member import Member
from trainer.localisation.members.farm_stack import Rows
from trainer.localisation.members.member_fit import Expansion
from trainer.localisation.members.posterior import Posterior, Prior
from trainer.localisation.members.value_scale import ValueScale, believable_ranges

Array = NDArray[np.float64]


class Process(Protocol):
    """What a posterior is of."""

    @property
    def values(self) -> Array:
        """Laboratory values, [farm, soil]."""
        ...

    @property
    def prior(self) -> Prior:
        """The prior of all labelled soils."""
        ...

    def expansion(self, at: int, posterior: Posterior) -> Expansion:
        """Return one farm's expansion, on the scale of the fit."""
        ...


@dataclass(frozen=True, eq=False)
class PosteriorFit:
    """A process' posterior on the rows `kept` of every farm."""

    of: Process
    kept: Rows
    scale: ValueScale
    posterior: Posterior

    def answer(self, out: Rows) -> Array:
        """Return what soils that were left out are told to be, [farm, soil]."""
        told = self.of.prior.answer(self.kept, out, self.posterior)
        _, most = believable_ranges(self.of.values[:, self.kept])
        return self.scale.to_values(told, most)

    def members(self, at: int) -> tuple[Member, ...]:
        """Return one farm's member, in the target's own unit; all rows were kept."""
        expansion = self.of.expansion(at, self.posterior)
        return (expansion.member(self.scale, at),)
