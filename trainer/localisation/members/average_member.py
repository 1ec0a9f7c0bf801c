"""The strong local average as a member, for farms that have labels enough.

Beyond some sixty labels, choosing penalties, tubes and views on them pays, and takes
longer: the average does that, farm by farm, in place of the quick local members.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.average import Average
from trainer.calibrations.calibration import Soils
from trainer.calibrations.member import Member
from trainer.calibrations.target_model import TargetModel
from trainer.localisation.members.farm_stack import Rows

Array = NDArray[np.float64]

SEED = 0


@dataclass(frozen=True, eq=False)
class AverageMember:
    """The average on each farm's own soils."""

    soils: Sequence[Soils]
    name: str = "strong local average"

    def fit(self, kept: Rows) -> "AverageFit":
        """Fit on the labelled soils `kept` of every farm."""
        models = [Average().fit(one.take(kept), SEED).models[0] for one in self.soils]
        return AverageFit(self, tuple(models))


@dataclass(frozen=True, eq=False)
class AverageFit:
    """The average's model of every farm."""

    of: AverageMember
    models: tuple[TargetModel, ...]

    def answer(self, out: Rows) -> Array:
        """Return what soils that were left out are told to be, [farm, soil]."""
        pairs = zip(self.models, self.of.soils, strict=True)
        return np.stack([model.predict(soils.spectra[out]) for model, soils in pairs])

    def members(self, at: int) -> tuple[Member, ...]:
        """Return one farm's members, which count the same."""
        return self.models[at].members
