"""Going on from another network's weights: what keeps still, and how fast the rest is.

The scaling of spectra and values stays that of the network begun with: frozen windows
were learned on it, and a farm's few labels say little about deviations of every band.
What differs in level and spread is left to the layers that learn. AdamW's steps do not
depend on the size of the errors, so a farm less spread than the library still learns.
"""

import hashlib
from copy import deepcopy
from typing import Annotated, Any

from msgspec import Meta, Struct
from torch import nn

from trainer.calibrations.calibration import Soils
from trainer.errors import CalibrationError
from trainer.networks.network_layers import layers_called, layers_of
from trainer.networks.scaled_network import ScaledNetwork


class FineTuning(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a network goes on from another's weights.

    Attributes:
        weights: The digest of those weights; see `weights_digest`.
        frozen: Layers that keep them, by name (`dense-1`) or kind (`convolution`).
        rate_decay: The learning rate of each layer that learns, as a share of that of
            the next one nearer to the output; 1 gives all the same.
    """

    weights: str
    frozen: tuple[str, ...] = ()
    rate_decay: Annotated[float, Meta(gt=0, le=1)] = 1.0


def weights_digest(network: ScaledNetwork) -> str:
    """Return what tells these weights and scalings from any others."""
    digest = hashlib.sha256()
    for name, values in network.state_dict().items():
        digest.update(name.encode() + b"\0")
        digest.update(values.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def begun_from(
    pretrained: ScaledNetwork | None, told: FineTuning, soils: Soils
) -> ScaledNetwork:
    """Return a copy to go on with, or refuse other weights or soils that do not fit."""
    found = "none" if pretrained is None else weights_digest(pretrained)
    if pretrained is None or found != told.weights:
        raise CalibrationError(
            f"expected the weights {told.weights[:16]} to go on from, found "
            f"{found[:16]}; bring the network that the plan names"
        )
    fits = len(pretrained.spectrum_mean), len(pretrained.value_mean)
    brought = soils.grid.bands, len(soils.targets)
    if fits != brought:
        raise CalibrationError(
            f"expected soils of {fits[0]} bands and {fits[1]} targets, as the network "
            f"begun with, found {brought[0]} and {brought[1]}; resample them, or "
            "pretrain on their grid and targets"
        )
    return deepcopy(pretrained)


def frozen_modules(
    core: nn.Module, fine_tuning: FineTuning | None
) -> tuple[nn.Module, ...]:
    """Return the modules that keep their weights, statistics and all answers."""
    if fine_tuning is None:
        return ()
    layers = layers_called(layers_of(core), fine_tuning.frozen)
    return tuple(module for layer in layers for module in layer.modules)


def learning_groups(
    network: ScaledNetwork, fine_tuning: FineTuning | None, rate: float
) -> list[dict[str, Any]]:
    """Return the optimiser's groups, nearest to the output first; freeze the others."""
    if fine_tuning is None:
        return [{"params": list(network.parameters()), "lr": rate}]
    layers = layers_of(network.core)
    frozen = layers_called(layers, fine_tuning.frozen)
    learning = [layer for layer in layers if layer not in frozen]
    if not learning:
        raise CalibrationError(
            "expected a layer that learns, found all frozen; freeze fewer of "
            + ", ".join(layer.name for layer in layers)
        )
    for layer in layers:
        for weight in layer.parameters():
            weight.requires_grad_(layer not in frozen)
    return [
        {"params": layer.parameters(), "lr": rate * fine_tuning.rate_decay**steps}
        for steps, layer in enumerate(reversed(learning))
    ]
