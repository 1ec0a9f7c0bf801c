"""A network as a calibration like any other: settings, fit, predict, graph.

The only choice inside a fit is when to stop, made on groups of the training part.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from trainer.calibrations.calibration import Soils
from trainer.networks.network_recipe import NetworkRecipe
from trainer.networks.scaled_network import ScaledNetwork
from trainer.training.train_network import train_network
from trainer.training.training_run import AT_ONCE
from trainer.training.training_settings import TrainingPlan, TrainingSettings


@dataclass(frozen=True, eq=False)
class FittedNetwork:
    """A trained network that predicts."""

    network: ScaledNetwork

    def predict(self, spectra: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return one row a scan and one column a target."""
        with torch.no_grad():
            pieces = torch.split(torch.from_numpy(spectra), AT_ONCE)
            values = torch.cat([self.network(piece) for piece in pieces])
        answer: NDArray[np.float64] = values.double().numpy()
        return answer

    def as_graph(self) -> ScaledNetwork:
        """Return the module that maps spectra to values."""
        return self.network


@dataclass(frozen=True)
class NetworkCalibration:
    """A recipe and how to train it."""

    recipe: NetworkRecipe
    training: TrainingSettings

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return self.recipe.name

    def fit(self, soils: Soils, seed: int) -> FittedNetwork:
        """Train on `soils` alone."""
        plan = TrainingPlan(recipe=self.recipe, settings=self.training, seed=seed)
        return FittedNetwork(train_network(plan, soils).network)
