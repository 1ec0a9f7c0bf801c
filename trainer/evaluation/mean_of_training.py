"""The baseline that looks at no spectrum: the mean of the soils learned from."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.calibrations.calibration import Soils


@dataclass(frozen=True)
class MeanOfTraining:
    """Tell every soil the mean of those learned from."""

    name: str = "mean"

    def fit(self, soils: Soils, seed: int) -> "TrainingMean":
        """Average each target over the soils that have it."""
        del seed  # nothing is drawn
        return TrainingMean(np.nanmean(soils.values, axis=0))


@dataclass(frozen=True, eq=False)
class TrainingMean:
    """One constant a target."""

    level: NDArray[np.float64]

    def predict(self, spectra: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the constants, one row a scan."""
        return np.tile(self.level, (len(spectra), 1))

    def as_graph(self) -> nn.Module:
        """Return a module that answers the constants."""
        return _Constant(torch.from_numpy(self.level).float())


class _Constant(nn.Module):
    level: Tensor

    def __init__(self, level: Tensor) -> None:
        super().__init__()
        self.register_buffer("level", level)

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan target"]:
        return self.level.expand(spectrum.shape[0], -1)
