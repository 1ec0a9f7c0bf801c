"""What an export asks graphs: inputs that choose, others that judge, strange ones.

`ProofScans` and `ProofSeries` are the two that there are.
"""

from dataclasses import dataclass
from typing import Protocol

from protocols.golden_vectors import Inputs
from trainer.export.graph_signature import GraphSignature


@dataclass(frozen=True)
class ProofWords:
    """How sentences speak of the inputs and of what answers are off by."""

    subject: str
    several: str
    unit: str


SCAN_WORDS = ProofWords(subject="scan", several="scans", unit="sd")
SERIES_WORDS = ProofWords(subject="series", several="series", unit="in probability")


class ProofInputs(Protocol):
    """Inputs for one export."""

    @property
    def signature(self) -> GraphSignature:
        """What goes into the graph."""
        ...

    @property
    def asked(self) -> Inputs:
        """What every graph is judged on."""
        ...

    @property
    def oddities(self) -> Inputs:
        """What no model was made for, and every graph is asked too."""
        ...

    @property
    def varied(self) -> Inputs:
        """What static ranges are chosen on; nothing of it judges."""
        ...

    @property
    def tells_classes(self) -> bool:
        """Whether values are probabilities of classes: then the likeliest counts."""
        ...

    @property
    def words(self) -> ProofWords:
        """How to speak of them."""
        ...
