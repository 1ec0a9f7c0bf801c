"""Continuum removal: each scan divided by the upper hull over it.

Clark and Roush, Journal of Geophysical Research 89 (1984). The hull is found exactly
and without a loop, so that it exports: from every band the steepest line to any band on
its right is drawn. A band is a corner of the hull where no line from its left is
flatter, and the hull is the least of the lines from all corners.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

DARKEST_HULL = 1e-6
"""A dead scan has no continuum to divide by."""


class ContinuumRemoval(nn.Module):
    """Reflectance as a share of its upper hull; costs bands squared a scan."""

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan band"]:
        """Return shares of 0 to 1."""
        return spectrum / torch.clamp(upper_hull(spectrum), min=DARKEST_HULL)


def upper_hull(spectrum: Float[Tensor, "scan band"]) -> Float[Tensor, "scan band"]:
    """Return the least concave line over each scan, on evenly spaced bands."""
    bands = spectrum.shape[1]
    at = torch.arange(bands, dtype=spectrum.dtype, device=spectrum.device)
    ahead = at[None, :] - at[:, None]
    right = (spectrum[:, None, :] - spectrum[:, :, None]) / torch.where(
        ahead == 0, torch.ones_like(ahead), ahead
    )
    highest, lowest = torch.finfo(spectrum.dtype).max, torch.finfo(spectrum.dtype).min
    steepest = right.masked_fill(ahead <= 0, lowest).amax(dim=2)
    flattest = right.masked_fill(ahead >= 0, highest).amin(dim=2)
    is_corner = (steepest <= flattest) & (at < bands - 1)
    lines = spectrum[:, :, None] + steepest[:, :, None] * ahead
    return lines.masked_fill(~is_corner[:, :, None], highest).amin(dim=1)
