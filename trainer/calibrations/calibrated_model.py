"""The model that a package holds: value, interval and novelty from reflectance.

It is the graph contract as a torch module. What is linear is a sum of parallel
calibrations, one a treatment; answers are kept within what can be.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.calibrations.applicability_domain import ApplicabilityDomain
from trainer.calibrations.local_difficulty import MOST_NOVELTY
from trainer.treatments.spectral_treatments import DOMAIN_TREATMENT, treatment_of

Answer = tuple[
    Float[Tensor, "scan target"],
    Float[Tensor, "scan target"],
    Float[Tensor, "scan target"],
    Float[Tensor, " scan"],
]


def _nothing() -> NDArray[np.float64]:
    return np.zeros(1)


@dataclass(frozen=True, eq=False)
class AnswerRange:
    """What every answer starts from and stays within, one number a target.

    Attributes:
        intercept: What the calibrations are added to.
        least: The least value that is ever told.
        most: The largest value that is ever told.
        half_width: Half of the interval, or what of it is the same for all scans.
        by_novelty: What each unit of a scan's novelty adds to that.
        by_value: What each unit of the value told adds.
    """

    intercept: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    half_width: NDArray[np.float64]
    by_novelty: NDArray[np.float64] = field(default_factory=_nothing)
    by_value: NDArray[np.float64] = field(default_factory=_nothing)


class CalibratedModel(nn.Module):
    """Tell value, low and high of every target, and the novelty of every scan."""

    intercept: Tensor
    least: Tensor
    most: Tensor
    half_width: Tensor
    by_novelty: Tensor
    by_value: Tensor

    def __init__(
        self,
        calibrations: Sequence[nn.Module],
        answers: AnswerRange,
        domain: ApplicabilityDomain,
    ) -> None:
        super().__init__()
        self.calibrations = nn.ModuleList(calibrations)
        self.domain_treatment = treatment_of(DOMAIN_TREATMENT)
        self.domain = domain
        for name in (one.name for one in fields(answers)):
            column = torch.from_numpy(getattr(answers, name)).float()
            self.register_buffer(name, column)

    def forward(self, spectrum: Float[Tensor, "scan band"]) -> Answer:
        """Answer as protocols.graph_contract says."""
        value = self.intercept.expand(spectrum.shape[0], -1)
        for calibration in self.calibrations:
            value = value + calibration(spectrum)
        value = torch.minimum(torch.maximum(value, self.least), self.most)
        novelty = self._novelty(spectrum)
        width = self._half_width(value, novelty)
        # Nothing of a soil is below nothing, unless its labels were.
        low = torch.maximum(value - width, torch.clamp(self.least, max=0.0))
        return value, low, value + width, novelty

    def _novelty(self, spectrum: Float[Tensor, "scan band"]) -> Float[Tensor, " scan"]:
        exact = spectrum.to(self.domain.centre.dtype)
        told: Tensor = self.domain(self.domain_treatment(exact))
        return told.to(spectrum.dtype)

    def _half_width(
        self, value: Float[Tensor, "scan target"], novelty: Float[Tensor, " scan"]
    ) -> Float[Tensor, "scan target"]:
        """Return what `local_difficulty` says, in each target's unit."""
        reach = torch.clamp(novelty, max=MOST_NOVELTY)[:, None]
        height = torch.clamp(value, min=0.0)
        return self.half_width + self.by_novelty * reach + self.by_value * height
