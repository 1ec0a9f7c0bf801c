"""Savitzky-Golay smoothing and derivatives, as one convolution.

Savitzky and Golay, Analytical Chemistry 36 (1964). The half windows at both ends, where
the polynomial would lean out of the scan, are left away rather than guessed.
"""

from dataclasses import dataclass
from functools import cache
from math import factorial

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn


@dataclass(frozen=True)
class SavitzkyGolayWindow:
    """An odd number of bands, the polynomial's degree and which derivative.

    The derivative is per band, not per nanometre.
    """

    bands: int
    degree: int
    derivative: int = 0

    def __post_init__(self) -> None:
        """Refuse windows that no polynomial can be fitted in."""
        if self.bands % 2 == 0 or not self.derivative <= self.degree < self.bands:
            raise ValueError(
                "expected an odd window with derivative <= degree < bands, "
                f"found {self}"
            )


class SavitzkyGolay(nn.Module):
    """The least-squares polynomial's derivative in the middle of a moving window."""

    kernel: Tensor

    def __init__(self, window: SavitzkyGolayWindow) -> None:
        super().__init__()
        weights = torch.from_numpy(savitzky_golay_weights(window))
        self.register_buffer("kernel", weights.float()[None, None])

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan inner"]:
        """Return the scans without half a window at either end."""
        return nn.functional.conv1d(spectrum[:, None], self.kernel)[:, 0]


@cache
def savitzky_golay_weights(window: SavitzkyGolayWindow) -> NDArray[np.float64]:
    """Return what each band of the window counts."""
    half = window.bands // 2
    places = np.arange(-half, half + 1, dtype=np.float64)
    powers = np.vander(places, window.degree + 1, increasing=True)
    fit = np.linalg.pinv(powers)[window.derivative]
    weights: NDArray[np.float64] = fit * factorial(window.derivative)
    return weights
