"""A network as a calibration like any other: settings, fit, predict, graph.

The only choices inside a fit, when to stop and, where several are given, at which rate
to learn, are made on groups of the training part.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from trainer.calibrations.calibration import Soils
from trainer.networks.network_recipe import NetworkRecipe
from trainer.networks.scaled_network import ScaledNetwork
from trainer.training.soil_task import AT_ONCE
from trainer.training.train_network import TrainedNetwork, train_network
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
    """A recipe and how to train it.

    Attributes:
        recipe: The network.
        training: How it is trained.
        learning_rates: Rates to try instead of that of `training`; the network that
            errs least on the groups held back is taken.
    """

    recipe: NetworkRecipe
    training: TrainingSettings
    learning_rates: tuple[float, ...] = ()

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return self.recipe.name

    def fit(self, soils: Soils, seed: int) -> FittedNetwork:
        """Train on `soils` alone."""
        trained = [
            train_network(
                TrainingPlan(recipe=self.recipe, settings=settings, seed=seed), soils
            )
            for settings in with_rates(self.training, self.learning_rates)
        ]
        return FittedNetwork(least_wrong(trained).network)


def with_rates(
    settings: TrainingSettings, rates: Sequence[float]
) -> list[TrainingSettings]:
    """Return the settings with each of the rates, or as they are."""
    return [
        msgspec.structs.replace(settings, learning_rate=rate)
        for rate in rates or (settings.learning_rate,)
    ]


def least_wrong(trained: Sequence[TrainedNetwork]) -> TrainedNetwork:
    """Return the network of least error on the groups that all held back alike."""
    return min(trained, key=lambda one: one.standing.best_score)
