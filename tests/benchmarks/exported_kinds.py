"""Every kind of model that can be exported, fitted to real soils.

Plain calibrations and networks learn from the LimeSoDa sets that reach over the range
of one farm, without that farm; its soils, from another field and instrument, are those
that graphs are judged on. What is fitted has soils apart for intervals and ranges.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from tests.benchmarks.limesoda_farms import Customer, customer
from trainer.calibrations.calibrated_model import CalibratedModel
from trainer.calibrations.calibration import Soils
from trainer.calibrations.memory_based import MemoryBased
from trainer.evaluation.method_catalogue import CATALOGUE, calibration_of
from trainer.export.contract_model import contract_around
from trainer.export.network_graph import contract_model
from trainer.export.proof_scans import ProofScans
from trainer.localisation.farm_model import as_module, localise
from trainer.localisation.knowledge.library_knowledge import learn_library
from trainer.networks.named_recipes import NAMED_RECIPES
from trainer.networks.scaled_network import ScaledNetwork, scaled_network
from trainer.training.train_network import train_network
from trainer.training.training_settings import TrainingPlan, TrainingSettings

FARM = "SL.125"
LEARNED, HELD = 240, 160
LABELS = 30
SETTINGS = TrainingSettings(epochs=12, patience=11, batch=32)
STEPS, PIECE, REMEMBERED = 12, 17, 64
"""How a recurrent network reads a scan of 204 bands."""

NO_GRAPHS = ("cubist",)


@dataclass(frozen=True)
class Kind:
    """A kind of model by its name, and how it is fitted."""

    name: str
    make: Callable[[], CalibratedModel]


def kinds() -> Iterator[Kind]:
    """Yield every kind."""
    plain = [name for name in CATALOGUE if name not in (*NAMED_RECIPES, *NO_GRAPHS)]
    for name in plain:
        if name != "memory-based":
            yield Kind(name, partial(_plain, name))
    yield Kind("memory-based", partial(_memory, MemoryBased(penalties=(0.01, 0.1))))
    yield Kind("memory-based pls", partial(_memory, MemoryBased("pls")))
    for name in NAMED_RECIPES:
        yield Kind(name, partial(_network, name))
    yield Kind("lstm", partial(_recurrent, nn.LSTM))
    yield Kind("gru", partial(_recurrent, nn.GRU))
    yield Kind(f"farm, {LABELS} labels", _farm)


@cache
def the_farm() -> Customer:
    """Return the farm whose soils judge."""
    return customer(FARM)


def proof() -> ProofScans:
    """Return soils held back to choose ranges, and the farm's to judge."""
    return ProofScans(parts()[1].spectra, the_farm().farm.spectra)


def spreads() -> tuple[float, ...]:
    """Return the deviation of the values that graphs are judged by."""
    return tuple(np.nanstd(the_farm().library.values, axis=0).tolist())


@cache
def library_soils() -> Soils:
    """Return the library as soils of many groups."""
    library = the_farm().library
    return Soils(
        library.spectra, library.values, library.soils, library.grid, library.targets
    )


@cache
def parts() -> tuple[Soils, Soils]:
    """Return some soils to learn from, and others."""
    order = np.random.default_rng(0).permutation(len(library_soils()))
    learned, held = order[:LEARNED], order[LEARNED : LEARNED + HELD]
    return library_soils().take(np.sort(learned)), library_soils().take(np.sort(held))


def _plain(name: str) -> CalibratedModel:
    known, held = parts()
    fitted = calibration_of(name).fit(known, 0)
    return contract_around(fitted.as_graph(), fitted.predict(held.spectra), known, held)


def _memory(calibration: MemoryBased) -> CalibratedModel:
    known, held = parts()
    fitted = calibration.fit(known, 0)
    return contract_around(fitted.as_graph(), fitted.predict(held.spectra), known, held)


def _network(name: str) -> CalibratedModel:
    # The soils that choose ranges must not teach, here as in a real export.
    known, held = parts()
    rest = np.setdiff1d(library_soils().groups, held.groups)
    rows = np.flatnonzero(np.isin(library_soils().groups, rest))
    plan = TrainingPlan(recipe=NAMED_RECIPES[name], settings=SETTINGS, seed=0)
    del known
    return contract_model(train_network(plan, library_soils().take(rows)))


def _farm() -> CalibratedModel:
    farm = the_farm()
    rows = np.random.default_rng(1).permutation(len(farm.values))[:LABELS]
    return as_module(localise(learn_library(farm.library), farm.some(np.sort(rows))))


class PieceReader(nn.Module):
    """A recurrent network over a scan's pieces; crops bring larger ones."""

    def __init__(self, kind: type[nn.LSTM] | type[nn.GRU]) -> None:
        super().__init__()
        self.reader = kind(PIECE, REMEMBERED, batch_first=True)
        self.output = nn.Linear(REMEMBERED, 1)

    def forward(self, scaled: Float[Tensor, "scan band"]) -> Float[Tensor, "scan 1"]:
        """Return one value a scan."""
        remembered, _ = self.reader(scaled.reshape(-1, STEPS, PIECE))
        answer: Tensor = self.output(remembered[:, -1])
        return answer


def _recurrent(kind: type[nn.LSTM] | type[nn.GRU]) -> CalibratedModel:
    known, held = parts()
    torch.manual_seed(0)
    network = scaled_network(PieceReader(kind), known.spectra, known.values)
    _train(network, known)
    with torch.no_grad():
        told = network.eval()(torch.from_numpy(held.spectra)).double().numpy()
    return contract_around(network, told, known, held)


def _train(network: ScaledNetwork, known: Soils) -> None:
    steps = torch.optim.Adam(network.core.parameters(), lr=3e-3)
    scans = network.scaled_spectra(torch.from_numpy(known.spectra))
    values = network.scaled_values(torch.from_numpy(known.values).float())
    for _ in range(150):
        steps.zero_grad()
        loss = nn.functional.mse_loss(network.core(scans), values)
        loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        steps.step()
