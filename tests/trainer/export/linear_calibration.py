"""A linear calibration as a torch module, for graphs that are quick to export."""

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.treatments.spectral_treatments import treatment_of


class LinearCalibration(nn.Module):
    """`treat(x) @ coefficients` for every target, without intercept."""

    coefficients: Tensor

    def __init__(self, treatment: str, coefficients: NDArray[np.float64]) -> None:
        super().__init__()
        self.treatment = treatment_of(treatment)
        self.register_buffer("coefficients", torch.from_numpy(coefficients).float())

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan target"]:
        """Return the calibration's share of every target."""
        treated: Tensor = self.treatment(spectrum)
        return treated @ self.coefficients
