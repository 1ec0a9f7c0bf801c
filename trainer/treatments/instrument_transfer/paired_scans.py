"""The same soils scanned twice, and the affine map that leads from one to the other."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.errors import CalibrationError

Array = NDArray[np.float64]

FEWEST_PAIRS = 3


@dataclass(frozen=True, eq=False)
class PairedScans:
    """Row by row the same soil: as it was seen, and as it should have been.

    Attributes:
        seen: By the instrument to be corrected, or wet.
        wanted: By the instrument that the model knows, or dry.
    """

    seen: Array
    wanted: Array

    def __post_init__(self) -> None:
        """Refuse scans that are no pairs."""
        if self.seen.shape != self.wanted.shape or len(self.seen) < FEWEST_PAIRS:
            raise CalibrationError(
                f"expected at least {FEWEST_PAIRS} soils scanned twice on one grid, "
                f"found {self.seen.shape} and {self.wanted.shape}; pair them by sample"
            )

    def check_rank(self, components: int) -> None:
        """Refuse more components than the pairs can tell apart."""
        most = min(len(self.seen) - 1, self.seen.shape[1])
        if not 1 <= components <= most:
            raise CalibrationError(
                f"expected 1 to {most} components from {len(self.seen)} pairs, found "
                f"{components}; ask for fewer or scan more soils on both"
            )


class ScanTransfer(nn.Module):
    """`spectrum @ matrix + offset`."""

    matrix: Tensor
    offset: Tensor

    def __init__(self, matrix: Array, offset: Array) -> None:
        super().__init__()
        self.register_buffer("matrix", torch.from_numpy(matrix).float())
        self.register_buffer("offset", torch.from_numpy(offset).float())

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan band"]:
        """Return the scans as they should have been."""
        return spectrum @ self.matrix + self.offset


def transfer_about_means(pairs: PairedScans, matrix: Array) -> ScanTransfer:
    """Return the map with `matrix` that brings mean scan to mean scan."""
    offset = pairs.wanted.mean(axis=0) - pairs.seen.mean(axis=0) @ matrix
    return ScanTransfer(matrix, offset)


def truncated_regression(spectra: Array, answers: Array, components: int) -> Array:
    """Regress `answers` on the leading principal components of centred `spectra`."""
    left, powers, right = np.linalg.svd(spectra, full_matrices=False)
    used = min(components, int((powers > powers[0] * np.finfo(float).eps).sum()))
    scores = left[:, :used] / powers[:used]
    matrix: Array = right[:used].T @ (scores.T @ answers)
    return matrix
