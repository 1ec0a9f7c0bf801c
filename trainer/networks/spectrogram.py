"""A spectrum as a picture: how fast it changes, by where along the wavelengths.

Padarian, Minasny and McBratney (Geoderma Regional 16, 2019) give their network such
pictures. Window and step are our choice. It is one convolution with windowed cosines
and sines, so that it travels inside the graph.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

FAINTEST = 1e-6
"""Added to a power, so that its logarithm exists."""


class Spectrogram(nn.Module):
    """The logarithm of the power of a moving Hann window's Fourier transform."""

    waves: Tensor

    def __init__(self, window: int = 32, step: int = 8) -> None:
        super().__init__()
        self.step = step
        self.register_buffer("waves", _windowed_waves(window))

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan 1 frequency frame"]:
        """Return one picture a scan."""
        parts = nn.functional.conv1d(spectrum[:, None], self.waves, stride=self.step)
        cosine, sine = parts.chunk(2, dim=1)
        return torch.log(cosine**2 + sine**2 + FAINTEST)[:, None]


def _windowed_waves(window: int) -> Float[Tensor, "wave 1 band"]:
    places = torch.arange(window, dtype=torch.float64)
    cycles = torch.arange(window // 2 + 1, dtype=torch.float64)
    angle = 2 * math.pi * cycles[:, None] * places / window
    hann = torch.hann_window(window, dtype=torch.float64) / math.sqrt(window)
    waves = torch.cat([torch.cos(angle), torch.sin(angle)]) * hann
    return waves.float()[:, None]
