"""A small crop model in its folder, taught made crops in a second."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from tests.trainer.crops.made_series import GRID, LEGEND, MadeOrder, made_series
from trainer.crops.certainty.certainty import fit_certainty
from trainer.crops.learning.train_series import scaled_blocks
from trainer.crops.model.crop_model import CropModel
from trainer.crops.model.model_folder import (
    CropModelAbout,
    HeldBackFigures,
    write_crop_model,
)
from trainer.crops.networks.crop_recipes import AttentionRecipe, build_network
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.series.series_set import SeriesSet

DAYS = (130, 170, 210, 299)
STEPS = 50


def write_made_model(folder: Path) -> None:
    """Teach a network some fields, fit its certainty on others, and write it."""
    torch.manual_seed(0)
    recipe = AttentionRecipe(name="small", width=16, heads=2, dense=16, dropout=0.0)
    network = build_network(recipe, GRID, len(LEGEND))
    taught = made_series(MadeOrder(seed=1, fields_across=10, pixels_across=1))
    network.scaling.learn(network.indices, scaled_blocks(taught))
    _teach(network, taught)
    held = made_series(MadeOrder(seed=2, fields_across=10, pixels_across=1))
    inputs, labels = _inputs(held)
    with torch.no_grad():
        logits, embedding = network.eval()(*inputs)
    groups = np.tile(held.places.fields, len(DAYS))
    certainty = fit_certainty(logits.numpy(), embedding.numpy(), labels.numpy(), groups)
    about = CropModelAbout(
        grid=GRID,
        legend=LEGEND,
        recipe=recipe,
        threshold=float(certainty.threshold),
        figures=HeldBackFigures(
            places=len(held), accuracy=0.0, macro_f1=0.0, kappa=0.0, classes=()
        ),
        series="made",
    )
    write_crop_model(folder, CropModel(network, certainty), about)


def _inputs(series: SeriesSet) -> tuple[tuple[torch.Tensor, ...], torch.Tensor]:
    cut = SeasonCut(GRID, GRID)
    batches = [cut.until(series.batch(slice(None)), day) for day in DAYS]
    arrays = (
        np.concatenate([getattr(one, name) for one in batches]).astype(np.float32)
        for name in ("values", "days", "mask")
    )
    labels = np.tile(series.places.labels, len(DAYS)).astype(np.int64)
    return tuple(map(torch.from_numpy, arrays)), torch.from_numpy(labels)


def _teach(network: nn.Module, series: SeriesSet) -> None:
    inputs, labels = _inputs(series)
    optimiser = torch.optim.Adam(network.parameters(), 0.02)
    for _ in range(STEPS):
        optimiser.zero_grad()
        logits, _ = network(*inputs)
        loss = nn.functional.cross_entropy(logits, labels)
        torch.autograd.backward(loss)
        optimiser.step()
