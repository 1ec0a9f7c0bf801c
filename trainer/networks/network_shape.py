"""What a recipe must know of the soils before it can build a network."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True, eq=False)
class NetworkShape:
    """How many bands go in, and what comes out.

    Attributes:
        bands: Bands of a scan.
        relevance: How far one target tells of another, 0 to 1; its size says how many
            targets there are.
    """

    bands: int
    relevance: Float[Tensor, "target target"]

    @property
    def targets(self) -> int:
        """How many values come out."""
        return int(self.relevance.shape[0])
