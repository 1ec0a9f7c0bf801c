"""Small models that were trained, and made soils to prove their graphs by."""

from functools import cache

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from tests.trainer.localisation.made_soils import CARBON, made_library
from trainer.calibrations.applicability_domain import (
    ApplicabilityDomain,
    Scatter,
    domain_axes,
    edge_of,
)
from trainer.calibrations.calibrated_model import AnswerRange, CalibratedModel
from trainer.evaluation.soils_of_library import soils_of
from trainer.export.network_graph import contract_model
from trainer.export.proof_scans import ProofScans
from trainer.networks.convolution_block import ConvolutionBlock
from trainer.networks.convolutional_recipe import ConvolutionalRecipe
from trainer.networks.dense_block import DenseBlock
from trainer.networks.scaled_network import ScaledNetwork, scaled_network
from trainer.training.train_network import TrainedNetwork, train_network
from trainer.training.training_settings import TrainingPlan, TrainingSettings
from trainer.treatments.spectral_treatments import DOMAIN_TREATMENT, treat

SOILS = soils_of(made_library(farms=4, soils=40), (CARBON,))
APART = np.arange(len(SOILS)) % 4 == 0
SCANS = ProofScans(calibration=SOILS.spectra[~APART], proof=SOILS.spectra[APART])
SPREADS = (float(SOILS.values.std()),)
RECIPE = ConvolutionalRecipe(
    name="small",
    convolutions=(
        ConvolutionBlock(
            filters=24, kernel=7, stride=3, padding="same", activation="swish"
        ),
    ),
    dense=(DenseBlock(units=48, activation="swish"), DenseBlock(units=24)),
)
STEPS, PIECE = 3, 34
"""A scan as a recurrent network reads it: so many pieces of so many bands."""


@cache
def small_network() -> TrainedNetwork:
    """Return a convolutional network, trained for a second."""
    settings = TrainingSettings(epochs=30, patience=29, learning_rate=3e-3)
    plan = TrainingPlan(recipe=RECIPE, settings=settings, seed=1)
    return train_network(plan, SOILS.take(np.flatnonzero(~APART)))


@cache
def network_model() -> CalibratedModel:
    """Return what a package would hold of it."""
    return contract_model(small_network())


class Recurrent(nn.Module):
    """Reads a scan piece by piece and tells one value from what it remembers."""

    def __init__(self, kind: type[nn.LSTM] | type[nn.GRU]) -> None:
        super().__init__()
        self.reader = kind(PIECE, 48, batch_first=True)
        self.output = nn.Linear(48, 1)

    def forward(self, scaled: Float[Tensor, "scan band"]) -> Float[Tensor, "scan 1"]:
        """Return one value a scan."""
        pieces = scaled.reshape(-1, STEPS, PIECE)
        remembered, _ = self.reader(pieces)
        answer: Tensor = self.output(remembered[:, -1])
        return answer


@cache
def recurrent_model(kind: type[nn.LSTM] | type[nn.GRU] = nn.LSTM) -> CalibratedModel:
    """Return a recurrent network, trained for a second, as a package would hold it."""
    with torch.random.fork_rng():
        torch.manual_seed(2)
        network = scaled_network(Recurrent(kind), SCANS.calibration, _values())
        _train(network)
    return calibrated(network)


def calibrated(network: nn.Module) -> CalibratedModel:
    """Return a network with the range and the domain of the made soils."""
    treated = treat(DOMAIN_TREATMENT, SCANS.calibration)
    axes = domain_axes(Scatter(treated.mean(axis=0), np.cov(treated.T)))
    values = _values()
    answers = AnswerRange(
        intercept=np.zeros(1),
        least=np.zeros(1),
        most=values.max(axis=0) * 1.5,
        half_width=values.std(axis=0),
    )
    domain = ApplicabilityDomain(axes, edge_of(axes.distances(treated)))
    return CalibratedModel([network], answers, domain).eval()


def _values() -> NDArray[np.float64]:
    values: NDArray[np.float64] = SOILS.values[~APART]
    return values


def _train(network: ScaledNetwork) -> None:
    steps = torch.optim.Adam(network.core.parameters(), lr=1e-2)
    scans = network.scaled_spectra(torch.from_numpy(SCANS.calibration))
    values = network.scaled_values(torch.from_numpy(_values()).float())
    for _ in range(60):
        steps.zero_grad()
        loss = nn.functional.mse_loss(network.core(scans), values)
        loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        steps.step()
