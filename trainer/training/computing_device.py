"""Where networks are computed, and what is done only there.

On a GPU the network is compiled and multiplies in bfloat16; on a CPU both cost more
than they give at the sizes of spectra, so neither is done.
"""

import time
from contextlib import AbstractContextManager, nullcontext
from typing import cast

import torch
from torch import nn

from trainer.errors import CalibrationError
from trainer.training.training_settings import Device

LARGEST_SHARE = 0.5
"""Of a GPU's free memory that the data may take; the rest is for the network."""


def device_of(name: Device) -> torch.device:
    """Return the device, or refuse one that this machine lacks."""
    has_gpu = torch.cuda.is_available()
    if name == "cuda" and not has_gpu:
        raise CalibrationError("expected a CUDA device, found none; say `cpu`")
    return torch.device("cuda" if name != "cpu" and has_gpu else "cpu")


def half_precision_on(device: torch.device) -> AbstractContextManager[object]:
    """Return a context that multiplies in bfloat16, on a GPU only."""
    if device.type == "cpu":
        return nullcontext()
    return torch.autocast(device.type, torch.bfloat16)


def quickened(core: nn.Module, device: torch.device, compiles: bool) -> nn.Module:
    """Return the core compiled where that pays; it shares the core's weights."""
    if device.type == "cpu" or not compiles:
        return core
    compiled = torch.compile(core)
    return cast("nn.Module", compiled)


def fits_on(device: torch.device, size: int) -> bool:
    """Return whether `size` bytes of data may stay on the device."""
    if device.type == "cpu":
        return True
    free, _ = torch.cuda.mem_get_info(device)
    return size <= LARGEST_SHARE * free


def seconds_until_idle(device: torch.device) -> float:
    """Wait for what a GPU was asked for and has not done yet."""
    began = time.perf_counter()
    if device.type != "cpu":
        torch.cuda.synchronize(device)
    return time.perf_counter() - began


def random_states(device: torch.device) -> list[torch.Tensor]:
    """Return the state of every generator that training draws from."""
    states = [torch.get_rng_state()]
    return states if device.type == "cpu" else [*states, torch.cuda.get_rng_state()]


def restore_random_states(states: list[torch.Tensor]) -> None:
    """Put the generators back to where they were."""
    torch.set_rng_state(states[0])
    for state in states[1:]:
        torch.cuda.set_rng_state(state)
