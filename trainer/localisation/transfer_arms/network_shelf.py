"""Networks trained on a library, each kept on disk under what it came from.

A study asks for the same pretrained network again and again: for every number of
labels, and by every arm that starts from it. Whoever comes first trains it; whoever
comes while that lasts waits. A file's name is the digest of recipe, settings, seed and
soils, so a folder may serve any number of studies.
"""

import fcntl
import hashlib
import io
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import torch

from trainer.calibrations.calibration import Soils
from trainer.durable_files import write_durably
from trainer.networks.network_shape import NetworkShape
from trainer.networks.scaled_network import ScaledNetwork, Scaling
from trainer.networks.target_relevance import relevance_of
from trainer.training.network_calibration import FittedNetwork, NetworkCalibration
from trainer.training.train_network import digest_of

FORMAT = "1"
"""Raised when training changes so that networks kept before are no longer the same."""


@dataclass(frozen=True)
class NetworkShelf:
    """Trained networks in a folder; without one, each is trained when asked for."""

    folder: Path | None = field(default=None, repr=False, compare=False)

    def fit(
        self, network: NetworkCalibration, soils: Soils, seed: int
    ) -> FittedNetwork:
        """Return the network as it is trained on these soils."""
        if self.folder is None:
            return network.fit(soils, seed)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{_digest(network, soils, seed)}.pt"
        with _one_at_a_time(path.with_suffix(".lock")):
            if path.is_file() and (kept := _read(path, network, soils)):
                return kept
            fitted = network.fit(soils, seed)
            _write(path, fitted)
        return fitted


@dataclass(frozen=True)
class ShelvedNetwork:
    """A network as a calibration whose fits are kept on a shelf."""

    network: NetworkCalibration
    shelf: NetworkShelf

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return self.network.name

    def fit(self, soils: Soils, seed: int) -> FittedNetwork:
        """Take it from the shelf, or train and put it there."""
        return self.shelf.fit(self.network, soils, seed)


def _digest(network: NetworkCalibration, soils: Soils, seed: int) -> str:
    told = (network.recipe, network.training, network.learning_rates, seed)
    digest = hashlib.sha256(FORMAT.encode() + msgspec.json.encode(told))
    digest.update(digest_of(soils).encode())
    return digest.hexdigest()[:32]


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Let one process through; the lock ends with it, however it ends."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write(path: Path, fitted: FittedNetwork) -> None:
    buffer = io.BytesIO()
    torch.save(fitted.network.state_dict(), buffer)
    write_durably(path, buffer.getvalue())


def _read(
    path: Path, network: NetworkCalibration, soils: Soils
) -> FittedNetwork | None:
    """Return the network kept at `path`; None for one that cannot be read."""
    relevance = relevance_of(soils.values)
    bands, targets = soils.grid.bands, len(soils.targets)
    empty = ScaledNetwork(
        network.recipe.build(NetworkShape(bands, relevance)),
        Scaling(torch.zeros(bands), torch.ones(bands)),
        Scaling(torch.zeros(targets), torch.ones(targets)),
    )
    try:
        empty.load_state_dict(torch.load(path, weights_only=True))
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError):
        return None
    return FittedNetwork(empty.eval())
