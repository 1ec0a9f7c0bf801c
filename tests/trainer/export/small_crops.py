"""Small networks for series that know made crops a little, and series to prove by."""

from functools import cache

import numpy as np
import torch
from torch import Tensor, nn

from tests.trainer.crops.made_series import GRID, LEGEND, MadeOrder, made_series
from trainer.crops.certainty.certainty import fit_certainty
from trainer.crops.model.crop_model import CropModel
from trainer.crops.networks.crop_recipes import CROP_RECIPES, CropRecipe, build_network
from trainer.crops.networks.series_network import SeriesNetwork
from trainer.crops.packages.proof_places import proof_places

SERIES = made_series(MadeOrder(fields_across=4, pixels_across=3, seed=8))
PROOF = proof_places(SERIES, GRID)
SPREADS = (1.0,) * len(LEGEND)
STEPS = 30


@cache
def crop_model(name: str) -> CropModel:
    """Return a model of the recipe of this name, trained for a second."""
    return trained_model(CROP_RECIPES[name])


def trained_model(recipe: CropRecipe) -> CropModel:
    """Train on made places, and fit certainty on them too: nobody acts on it."""
    with torch.random.fork_rng():
        torch.manual_seed(4)
        network = build_network(recipe, GRID, len(LEGEND))
        _train(network)
    with torch.no_grad():
        logits, embeddings = network(*_inputs())
    labels = SERIES.places.labels
    return CropModel(
        network, fit_certainty(logits.numpy(), embeddings.numpy(), labels)
    ).eval()


def _inputs() -> tuple[Tensor, ...]:
    batch = SERIES.batch(slice(None))
    arrays = (batch.values, batch.days, batch.mask.astype(np.float32))
    return tuple(map(torch.from_numpy, arrays))


def _train(network: SeriesNetwork) -> None:
    series, days, mask = _inputs()
    labels = torch.from_numpy(SERIES.places.labels.astype(np.int64))
    network.scaling.learn(network.indices, [(series, mask)])
    steps = torch.optim.Adam(network.parameters(), lr=5e-3)
    network.train()
    for _ in range(STEPS):
        steps.zero_grad()
        loss = nn.functional.cross_entropy(network(series, days, mask)[0], labels)
        loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        steps.step()
    network.eval()
