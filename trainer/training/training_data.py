"""The soils of a run: treated once, kept on the device, taken batch by batch.

Spectra are small: a hundred thousand of them fit on any GPU. A batch is then an index
into what is there already, with no worker, queue or copy between.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray
from torch import Tensor

from trainer.calibrations.calibration import Soils
from trainer.errors import CalibrationError
from trainer.library.splits import grouped_folds
from trainer.networks.scaled_network import ScaledNetwork
from trainer.training.computing_device import fits_on

FEWEST_SOILS = 4
EPOCHS_A_SEED = 1_000_003
"""So that no epoch of one seed shuffles as one of another."""


@dataclass(frozen=True, eq=False)
class Parts:
    """The soils that weights are learned from, and those that tell when to stop."""

    training: Soils
    validation: Soils


@dataclass(frozen=True, eq=False)
class DeviceRows:
    """Scaled spectra and values, on the device if they fit."""

    spectra: Float[Tensor, "soil band"]
    values: Float[Tensor, "soil target"]
    device: torch.device

    def take(
        self, rows: Int[Tensor, " row"]
    ) -> tuple[Float[Tensor, "row band"], Float[Tensor, "row target"]]:
        """Return one batch on the device."""
        spectra, values = self.spectra[rows], self.values[rows]
        return spectra.to(self.device), values.to(self.device)

    def all_rows(self) -> Int[Tensor, " row"]:
        """Return every row in order."""
        return torch.arange(len(self), device=self.spectra.device)

    def __len__(self) -> int:
        """Return how many soils there are."""
        return len(self.spectra)


def training_parts(soils: Soils, validation_share: float, seed: int) -> Parts:
    """Hold back whole groups; leave out soils without any value."""
    known = soils.take(np.flatnonzero(np.isfinite(soils.values).any(axis=1)))
    groups = len(set(known.groups))
    if len(known) < FEWEST_SOILS or groups < 2:  # noqa: PLR2004 - one part each
        raise CalibrationError(
            f"expected {FEWEST_SOILS} analysed soils or more in two groups or more, "
            f"found {len(known)} in {groups}; bring more soils"
        )
    folds = min(round(1 / validation_share), groups)
    fold = grouped_folds(known.groups, folds, seed)[0]
    return Parts(_part(known, fold.train), _part(known, fold.test))


def rows_on(device: torch.device, soils: Soils, network: ScaledNetwork) -> DeviceRows:
    """Scale the soils as the network does, once."""
    with torch.no_grad():
        spectra = network.scaled_spectra(torch.from_numpy(soils.spectra))
        values = network.scaled_values(torch.from_numpy(soils.values).float())
    size = spectra.nbytes + values.nbytes
    home = device if fits_on(device, size) else torch.device("cpu")
    return DeviceRows(spectra.to(home), values.to(home), device)


def shuffled_batches(
    rows: DeviceRows, batch: int, seed: int, epoch: int
) -> tuple[Int[Tensor, " row"], ...]:
    """Return an epoch's batches: a rule of seed and epoch, so that any can be redone.

    All are about the same size: batch normalisation cannot use one of a single soil.
    """
    source = torch.Generator().manual_seed(seed * EPOCHS_A_SEED + epoch)
    order = torch.randperm(len(rows), generator=source).to(rows.spectra.device)
    return torch.tensor_split(order, -(-len(rows) // batch))


def _part(soils: Soils, rows: tuple[int, ...]) -> Soils:
    kept: NDArray[np.intp] = np.array(rows, dtype=np.intp)
    return soils.take(kept)
