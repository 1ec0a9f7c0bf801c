"""Detrending: the polynomial through each scan is taken away.

Barnes, Dhanoa and Lister, Applied Spectroscopy 43 (1989), use it after the standard
normal variate, of degree two. The fit is linear in the scan, so that it is one matrix
however many bands there are; the basis is made when the number of bands is known.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

DEGREE = 2


class Detrend(nn.Module):
    """Subtract the least-squares polynomial of each scan."""

    def __init__(self, degree: int = DEGREE) -> None:
        super().__init__()
        self.degree = degree

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan band"]:
        """Return what the polynomial does not explain."""
        basis = trend_basis(spectrum.shape[1], self.degree).to(spectrum)
        return spectrum - (spectrum @ basis) @ basis.T


def trend_basis(bands: int, degree: int) -> Float[Tensor, "band power"]:
    """Return orthonormal polynomials over `bands` even places."""
    powers = np.vander(np.linspace(-1, 1, bands), degree + 1, increasing=True)
    return torch.from_numpy(np.linalg.qr(powers)[0])
