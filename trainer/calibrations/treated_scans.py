"""Scans under several treatments at once, in double precision, as a part of a graph.

Every treatment is computed once, whatever looks at it. After `float()` it all runs in
single precision.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from trainer.treatments.banded_derivative import BandedDerivative
from trainer.treatments.savitzky_golay import SavitzkyGolay
from trainer.treatments.spectral_treatments import treatment_of


class TreatedScans(nn.Module):
    """Treatments side by side, shorter ones filled up with zeros."""

    precise: Tensor

    def __init__(self, treatments: Sequence[str], bands: int) -> None:
        super().__init__()
        self.bands = bands
        # Holds no number: tells, and moves with, the precision of the whole.
        self.register_buffer("precise", torch.zeros(0, dtype=torch.float64))
        self.treatments = nn.ModuleList(
            nn.Sequential(*(_exact(step, bands) for step in treatment_of(name)))
            for name in treatments
        )

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "treatment scan band"]:
        """Return every scan under every treatment."""
        exact = spectrum.to(self.precise.dtype)
        if not len(self.treatments):
            return exact[None]
        treated = [treatment(exact) for treatment in self.treatments]
        filled = [
            nn.functional.pad(one, (0, self.bands - one.shape[1])) for one in treated
        ]
        return torch.stack(filled)


def _exact(step: nn.Module, bands: int) -> nn.Module:
    if isinstance(step, SavitzkyGolay):
        return BandedDerivative(step, bands)
    return step.double()


def bands_before(treatment: str, treated_bands: int) -> int:
    """Return how many bands scans have that a treatment leaves so many of."""
    windows = [one for one in treatment_of(treatment) if isinstance(one, SavitzkyGolay)]
    return treated_bands + sum(one.kernel.numel() - 1 for one in windows)
