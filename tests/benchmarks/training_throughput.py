"""How quickly networks learn, against the plain loop that tutorials teach.

`python -m tests.benchmarks.training_throughput`. Both loops train the same network on
the same made spectra with the same batches' size and optimiser, in turns, on one thread
of a CPU. The plain one feeds a `DataLoader`, moves every batch to the device, scales it
inside the network, and asks for the loss after every step.
"""

import time
from dataclasses import dataclass
from statistics import median

import numpy as np
import torch
from rich.console import Console
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from protocols.wavelength_grid import WavelengthGrid
from tests.benchmarks.__main__ import table_of
from tests.benchmarks.measurement import Measurement, observed
from tests.benchmarks.one_thread import one_thread
from trainer.calibrations.calibration import Soils
from trainer.networks.named_recipes import NAMED_RECIPES
from trainer.networks.network_recipe import NetworkRecipe
from trainer.networks.network_shape import NetworkShape
from trainer.networks.scaled_network import scaled_network
from trainer.networks.target_relevance import relevance_of
from trainer.training.train_network import train_network
from trainer.training.training_settings import TrainingPlan, TrainingSettings
from trainer.training.training_watch import EpochFigures, Snapshot

GRID = WavelengthGrid(first=420.0, step=10.0, bands=204)
TARGETS = ("oc_usda.c729_w.pct", "ph.h2o_usda.a268_index", "clay.tot_usda.a334_w.pct")
SOILS = 320
TURNS = 3
SETTINGS = TrainingSettings(epochs=2, patience=1, validation_share=0.2)


@dataclass(frozen=True)
class Pace:
    """Spectra learned from in a second, and the share of time before the network."""

    spectra_a_second: float
    data_share: float


class PaceWatch:
    """Keeps the last epoch's pace; the first one warms up."""

    def __init__(self) -> None:
        self.pace = Pace(0.0, 0.0)

    def batch_done(self) -> bool:
        """Go on."""
        return False

    def epoch_done(self, figures: EpochFigures, snapshot: Snapshot) -> bool:
        """Keep the pace."""
        del snapshot
        spectra = figures.examples / figures.total_s
        self.pace = Pace(spectra, figures.data_s / figures.total_s)
        return False

    def ended(self, snapshot: Snapshot) -> None:
        """Keep nothing."""


def bench_rows() -> list[Measurement]:
    """Return the rows of training throughput for `make bench`."""
    with one_thread():
        soils = made_soils()
        return [
            row for recipe in NAMED_RECIPES.values() for row in _rows(recipe, soils)
        ]


def made_soils() -> Soils:
    """Return spectra that nobody measured; what they hold does not change the pace."""
    random = np.random.default_rng(0)
    return Soils(
        spectra=random.uniform(0.1, 0.6, (SOILS, GRID.bands)).astype(np.float32),
        values=random.normal(10, 2, (SOILS, len(TARGETS))),
        groups=tuple(f"soil-{row}" for row in range(SOILS)),
        grid=GRID,
        targets=TARGETS,
    )


def our_pace(recipe: NetworkRecipe, soils: Soils) -> Pace:
    """Train two epochs as `terroir train` does."""
    watch = PaceWatch()
    plan = TrainingPlan(recipe=recipe, settings=SETTINGS, seed=0)
    train_network(plan, soils, watch)
    return watch.pace


def plain_pace(recipe: NetworkRecipe, soils: Soils) -> Pace:
    """Train two epochs as a tutorial does, on as many soils as ours learns from."""
    learned = soils.take(np.arange(round(SOILS * (1 - SETTINGS.validation_share))))
    shape = NetworkShape(GRID.bands, relevance_of(learned.values))
    core = recipe.build(shape)
    network = scaled_network(core, learned.spectra, learned.values)
    optimiser = torch.optim.AdamW(network.parameters(), SETTINGS.learning_rate)
    tensors = [
        torch.from_numpy(one).float() for one in (learned.spectra, learned.values)
    ]
    loader = DataLoader(TensorDataset(*tensors), SETTINGS.batch, shuffle=True)
    _plain_epoch(network, optimiser, loader)
    return _plain_epoch(network, optimiser, loader)


def _plain_epoch(
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
    loader: DataLoader[tuple[torch.Tensor, ...]],
) -> Pace:
    device, criterion = torch.device("cpu"), nn.MSELoss()
    seen, running, data_s = 0, 0.0, 0.0
    began = asked = time.perf_counter()
    for batch in loader:
        spectra, values = (one.to(device) for one in batch)
        data_s += time.perf_counter() - asked
        optimiser.zero_grad()
        loss = criterion(network(spectra), values)
        loss.backward()
        optimiser.step()
        running += loss.item() * len(spectra)
        seen += len(spectra)
        asked = time.perf_counter()
    total_s = time.perf_counter() - began
    return Pace(seen / total_s, data_s / total_s)


def _rows(recipe: NetworkRecipe, soils: Soils) -> list[Measurement]:
    turns = [(our_pace(recipe, soils), plain_pace(recipe, soils)) for _ in range(TURNS)]
    ours, plain = zip(*turns, strict=True)
    ratios = [one.spectra_a_second / other.spectra_a_second for one, other in turns]
    pace = median(one.spectra_a_second for one in ours)
    name = f"{recipe.name}, training"
    return [
        observed(name, pace, "spectra/s"),
        observed(f"{name}: over a tutorial's loop", median(ratios), "ratio"),
        observed(f"{name}: time in data", _data_share(ours), "share"),
        observed(f"{name}: the tutorial's", _data_share(plain), "share"),
    ]


def _data_share(paces: tuple[Pace, ...]) -> float:
    return median(one.data_share for one in paces)


if __name__ == "__main__":
    Console().print(table_of("training throughput", bench_rows()))
