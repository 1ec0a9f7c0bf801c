"""What the product itself does with a farm's labels, as an arm beside the others."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.calibrations.calibrated_model import CalibratedModel
from trainer.calibrations.calibration import Soils
from trainer.errors import CalibrationError
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.farm_model import as_module, localise
from trainer.localisation.farm_soils import FarmSoils


@dataclass(frozen=True, eq=False)
class LocalisedFarm:
    """The farm's model as a package would hold it."""

    model: CalibratedModel

    def predict(self, spectra: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return one row a scan and one column a target."""
        with torch.no_grad():
            value = self.model(torch.from_numpy(spectra))[0]
        answer: NDArray[np.float64] = value.double().numpy()
        return answer

    def as_graph(self) -> nn.Module:
        """Return the module that maps spectra to values, without their intervals."""
        return _ValueOf(self.model)


@dataclass(frozen=True)
class ProductArm:
    """`terroir localise` with its usual settings."""

    name: str = "auto"
    needs_library_samples: bool = False
    learns_from_labels: bool = True

    def fit(
        self, library: SpectralLibrary | None, farm: Soils, seed: int
    ) -> LocalisedFarm:
        """Localise the library to the farm."""
        if library is None:
            raise CalibrationError(
                f"expected a library for {self.name}, found none; bring one"
            )
        names = tuple(f"labelled-{row}" for row in range(len(farm)))
        soils = FarmSoils(names, farm.spectra, farm.values)
        return LocalisedFarm(as_module(localise(library, soils, seed)))


class _ValueOf(nn.Module):
    def __init__(self, model: CalibratedModel) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan target"]:
        value: Tensor = self.model(spectrum)[0]
        return value
