"""Everything a run needs to go on as if it had never stopped, bit for bit.

Weights, the optimiser's and the scheduler's memory, the joint loss, the random
generators, the place in the epoch and the sums up to it. It is read back as plain
tensors and numbers: a checkpoint cannot run code.
"""

import io
import pickle
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from trainer.durable_files import write_durably
from trainer.errors import CalibrationError

State = dict[str, Any]


@dataclass(frozen=True)
class Standing:
    """Where a run stands.

    Attributes:
        epoch: The epoch that is under way, from 0.
        batch: How many of its batches are done.
        best_score: The lowest validation score so far.
        best_epoch: The epoch of that score.
    """

    epoch: int = 0
    batch: int = 0
    best_score: float = float("inf")
    best_epoch: int = -1


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The state of a run between two batches.

    Attributes:
        plan: The training plan as JSON.
        data: The digest of what is learned from.
        standing: Where the run stands.
        sums: Figures of the epoch's batches so far, added up.
        network: The weights now.
        best: The weights of the best epoch.
        optimiser: AdamW's moments.
        scheduler: What the learning rate depends on.
        loss: What the joint loss has learned.
        random: The random generators.
    """

    plan: str
    data: str
    standing: Standing
    sums: Float[Tensor, "summed figure"]
    network: State
    best: State
    optimiser: State
    scheduler: State
    loss: State
    random: list[Tensor]


def write_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Write the checkpoint whole or not at all."""
    data = {name: getattr(checkpoint, name) for name in Checkpoint.__annotations__}
    data["standing"] = asdict(checkpoint.standing)
    buffer = io.BytesIO()
    torch.save(data, buffer)
    write_durably(path, buffer.getvalue())


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint, or say that there is none to go on from."""
    try:
        data = torch.load(path, map_location="cpu", weights_only=True)
        return Checkpoint(**data | {"standing": Standing(**data["standing"])})
    except (OSError, RuntimeError, pickle.UnpicklingError, TypeError) as error:
        raise CalibrationError(
            f"expected a checkpoint at {path}, found none that can be read ({error}); "
            "train without --resume"
        ) from error
