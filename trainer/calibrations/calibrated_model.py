"""The model that a package holds: value, interval and novelty from reflectance.

It is the graph contract as a torch module. What is linear is a sum of parallel
calibrations, one a treatment; answers are kept within what can be.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.calibrations.applicability_domain import ApplicabilityDomain
from trainer.treatments.spectral_treatments import DOMAIN_TREATMENT, treatment_of

Answer = tuple[
    Float[Tensor, "scan target"],
    Float[Tensor, "scan target"],
    Float[Tensor, "scan target"],
    Float[Tensor, " scan"],
]


@dataclass(frozen=True, eq=False)
class AnswerRange:
    """What every answer starts from and stays within, one number a target.

    Attributes:
        intercept: What the calibrations are added to.
        least: The least value that is ever told.
        most: The largest value that is ever told.
        half_width: Half of the interval.
    """

    intercept: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    half_width: NDArray[np.float64]


class CalibratedModel(nn.Module):
    """Tell value, low and high of every target, and the novelty of every scan."""

    intercept: Tensor
    least: Tensor
    most: Tensor
    half_width: Tensor

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
        for name in ("intercept", "least", "most", "half_width"):
            column = torch.from_numpy(getattr(answers, name)).float()
            self.register_buffer(name, column)

    def forward(self, spectrum: Float[Tensor, "scan band"]) -> Answer:
        """Answer as protocols.graph_contract says."""
        value = self.intercept.expand(spectrum.shape[0], -1)
        for calibration in self.calibrations:
            value = value + calibration(spectrum)
        value = torch.minimum(torch.maximum(value, self.least), self.most)
        # Nothing of a soil is below nothing, unless its labels were.
        low = torch.maximum(value - self.half_width, torch.clamp(self.least, max=0.0))
        novelty: Tensor = self.domain(self.domain_treatment(spectrum))
        return value, low, value + self.half_width, novelty
