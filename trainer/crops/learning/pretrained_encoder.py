"""An encoder that unlabelled series taught, as a file: no series, only weights.

It is read back as plain tensors and numbers: a file cannot run code.
"""

import hashlib
import io
import pickle
from dataclasses import dataclass
from pathlib import Path

import msgspec
import torch
from torch import Tensor

from protocols.season_grid import SeasonGrid
from trainer.crops.networks.crop_recipes import CropRecipe
from trainer.crops.networks.series_network import PooledCore, SeriesNetwork
from trainer.durable_files import write_durably
from trainer.errors import CalibrationError, WorkspaceError


@dataclass(frozen=True, eq=False)
class PretrainedEncoder:
    """What masked observations taught.

    Attributes:
        recipe: Whose encoder it is.
        grid: The series that taught it.
        encoder, scaling: The weights.
    """

    recipe: CropRecipe
    grid: SeasonGrid
    encoder: dict[str, Tensor]
    scaling: dict[str, Tensor]

    @property
    def digest(self) -> str:
        """What tells these weights from any others."""
        digest = hashlib.sha256(msgspec.json.encode(self.recipe))
        for state in (self.encoder, self.scaling):
            for name, values in state.items():
                digest.update(name.encode() + b"\0")
                digest.update(values.contiguous().numpy().tobytes())
        return digest.hexdigest()

    def teach(self, network: SeriesNetwork, grid: SeasonGrid) -> None:
        """Let the network begin with this encoder, or refuse one of another shape."""
        channels = [one.name for one in self.grid.channels]
        wanted = [one.name for one in grid.channels]
        if channels != wanted:
            raise CalibrationError(
                f"expected series with the channels {', '.join(channels)}, as the "
                f"encoder was taught with, found {', '.join(wanted)}; prepare them so"
            )
        try:
            encoder_of(network).encoder.load_state_dict(self.encoder)
        except RuntimeError as error:
            raise CalibrationError(
                f"expected the network {self.recipe.name} that the encoder is of, "
                f"found another ({error}); train with that one"
            ) from error
        network.scaling.load_state_dict(self.scaling)


def encoder_of(network: SeriesNetwork) -> PooledCore:
    """Return the core with the network's encoder, or refuse one that has none."""
    if not isinstance(network.core, PooledCore):
        raise CalibrationError(
            "expected a network that makes a state of every step, such as attention or "
            "recurrent, found one that cannot tell hidden observations; take another"
        )
    return network.core


def save_encoder(encoder: PretrainedEncoder, path: Path) -> None:
    """Write an encoder whole or not at all."""
    buffer = io.BytesIO()
    told = {
        "recipe": msgspec.json.encode(encoder.recipe),
        "grid": msgspec.json.encode(encoder.grid),
        "encoder": encoder.encoder,
        "scaling": encoder.scaling,
    }
    torch.save(told, buffer)
    write_durably(path, buffer.getvalue())


def load_encoder(path: Path) -> PretrainedEncoder:
    """Read an encoder, or say that there is none."""
    try:
        told = torch.load(path, map_location="cpu", weights_only=True)
        return PretrainedEncoder(
            recipe=msgspec.json.decode(told["recipe"], type=CropRecipe),
            grid=msgspec.json.decode(told["grid"], type=SeasonGrid),
            encoder=told["encoder"],
            scaling=told["scaling"],
        )
    except (
        OSError,
        RuntimeError,
        KeyError,
        TypeError,
        pickle.UnpicklingError,
        msgspec.MsgspecError,
    ) as error:
        raise WorkspaceError(
            f"expected a pretrained encoder at {path}, found none that can be read "
            f"({error}); make one with `terroir crops pretrain`"
        ) from error
