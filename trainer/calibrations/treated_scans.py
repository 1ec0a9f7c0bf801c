"""Scans under several treatments at once, in double precision, as a part of a graph.

Every treatment is computed once, whatever looks at it. After `float()` it all runs in
single precision.
"""

import hashlib
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from trainer.treatments.banded_derivative import BandedDerivative
from trainer.treatments.savitzky_golay import SavitzkyGolay
from trainer.treatments.spectral_treatments import treatment_of

AFTER = "/"


class TreatedScans(nn.Module):
    """Treatments side by side, shorter ones filled up with zeros."""

    precise: Tensor

    def __init__(self, treatments: Sequence[str], bands: int) -> None:
        super().__init__()
        self.bands = bands
        # Holds no number: tells, and moves with, the precision of the whole.
        self.register_buffer("precise", torch.zeros(0, dtype=torch.float64))
        self.steps = nn.ModuleDict()
        self.ways = tuple(self._way(name) for name in treatments)

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "treatment scan band"]:
        """Return every scan under every treatment."""
        exact = spectrum.to(self.precise.dtype)
        if not self.ways:
            return exact[None]
        known = {"": exact}
        for place, step in self.steps.items():
            known[place] = step(known[place.rpartition(AFTER)[0]])
        filled = [
            nn.functional.pad(known[way], (0, self.bands - known[way].shape[1]))
            for way in self.ways
        ]
        return torch.stack(filled)

    def _way(self, treatment: str) -> str:
        """Return where a treatment ends; what it shares with others is there once."""
        place = ""
        for step in treatment_of(treatment):
            place = f"{place}{AFTER}{_name_of(step)}"
            if place not in self.steps:
                self.steps[place] = _exact(step, self.bands)
        return place


def _name_of(step: nn.Module) -> str:
    """Return what two steps have in common only if they do the same."""
    window = getattr(step, "kernel", None)
    size = (
        "" if window is None else hashlib.sha256(window.numpy().tobytes()).hexdigest()
    )
    return f"{type(step).__name__}{size[:8]}"


def _exact(step: nn.Module, bands: int) -> nn.Module:
    if isinstance(step, SavitzkyGolay):
        return BandedDerivative(step, bands)
    return step.double()


def bands_before(treatment: str, treated_bands: int) -> int:
    """Return how many bands scans have that a treatment leaves so many of."""
    windows = [one for one in treatment_of(treatment) if isinstance(one, SavitzkyGolay)]
    return treated_bands + sum(one.kernel.numel() - 1 for one in windows)
