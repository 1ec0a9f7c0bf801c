"""A network between its scalings: reflectance in, values in their units out.

Scaling lives inside the graph, so that a device needs to know nothing of it. Spectra
are taken as absorbance and every band on its own mean and deviation (our choice).
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.errors import CalibrationError
from trainer.treatments.absorbance import Absorbance

FLATTEST = 1e-6
"""A band or a target that does not vary is centred and nothing else."""


@dataclass(frozen=True, eq=False)
class Scaling:
    """The mean and the deviation of every column."""

    mean: Float[Tensor, " column"]
    deviation: Float[Tensor, " column"]


def scaling_of(columns: NDArray[np.float64]) -> Scaling:
    """Return the scaling of every column over the rows that have a value."""
    known = np.isfinite(columns)
    if not known.any(axis=0).all():
        raise CalibrationError(
            "expected some value of every target, found a target without any; leave "
            "it out or bring soils that were analysed for it"
        )
    mean, spread = np.nanmean(columns, axis=0), np.nanstd(columns, axis=0)
    spread = np.where(spread > FLATTEST, spread, 1.0)
    return Scaling(torch.from_numpy(mean).float(), torch.from_numpy(spread).float())


class ScaledNetwork(nn.Module):
    """Scale the spectrum, ask the core, scale its answers back."""

    spectrum_mean: Tensor
    spectrum_deviation: Tensor
    value_mean: Tensor
    value_deviation: Tensor

    def __init__(self, core: nn.Module, spectra: Scaling, values: Scaling) -> None:
        super().__init__()
        self.core = core
        self.absorbance = Absorbance()
        self.register_buffer("spectrum_mean", spectra.mean)
        self.register_buffer("spectrum_deviation", spectra.deviation)
        self.register_buffer("value_mean", values.mean)
        self.register_buffer("value_deviation", values.deviation)

    def scaled_spectra(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan band"]:
        """Return what the core sees."""
        absorbance: Tensor = self.absorbance(spectrum)
        return (absorbance - self.spectrum_mean) / self.spectrum_deviation

    def scaled_values(
        self, values: Float[Tensor, "scan target"]
    ) -> Float[Tensor, "scan target"]:
        """Return what the core should answer."""
        return (values - self.value_mean) / self.value_deviation

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan target"]:
        """Return values in their own units."""
        answer: Tensor = self.core(self.scaled_spectra(spectrum))
        return answer * self.value_deviation + self.value_mean


def scaled_network(
    core: nn.Module, spectra: NDArray[np.float32], values: NDArray[np.float64]
) -> ScaledNetwork:
    """Return the core between the scalings of these soils."""
    with torch.no_grad():
        absorbance = Absorbance()(torch.from_numpy(spectra).double()).numpy()
    return ScaledNetwork(core, scaling_of(absorbance), scaling_of(values))
