"""Real scans for an export: those that choose ranges, and others that judge.

Numbers of eight bits chosen on spectra unlike the real ones are wrong without any
error, so that both parts are soils, and nothing is judged on what chose.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from protocols.golden_vectors import Inputs
from trainer.errors import ExportError
from trainer.export.graph_signature import GraphSignature, scan_signature
from trainer.export.proof_inputs import SCAN_WORDS, ProofWords
from trainer.export.quantised.calibration_scans import varied_scans
from trainer.export.strange_scans import closed_shutter, white_panel

Scans = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ProofScans:
    """Scans of soils on the model's grid, one row each.

    Attributes:
        calibration: Ranges for static quantisation are chosen on these.
        proof: Every graph is judged on these; none of them is among the others.
        tells_classes: Never so: soils have values.
        words: How sentences speak of scans.
    """

    calibration: Scans
    proof: Scans
    tells_classes: bool = field(default=False, init=False)
    words: ProofWords = field(default=SCAN_WORDS, init=False)

    def __post_init__(self) -> None:
        """Refuse scans that do not belong together, or none to judge by."""
        if self.calibration.shape[1:] != self.proof.shape[1:] or not len(self.proof):
            raise ExportError(
                "expected scans to judge by, with as many bands as those that choose "
                f"ranges, found them shaped {self.proof.shape} and "
                f"{self.calibration.shape}"
            )
        known = {row.tobytes() for row in self.calibration}
        shared = sum(row.tobytes() in known for row in self.proof)
        if shared:
            raise ExportError(
                f"expected scans to judge by that chose no range, found {shared} that "
                "did; set other soils apart"
            )

    @property
    def bands(self) -> int:
        """Return how many bands a scan has."""
        return int(self.proof.shape[1])

    @property
    def signature(self) -> GraphSignature:
        """Return what goes into a graph that reads such scans."""
        return scan_signature(self.bands)

    @property
    def asked(self) -> Inputs:
        """Return what every graph is judged on."""
        return (self.proof,)

    @property
    def oddities(self) -> Inputs:
        """Return what is no soil, as inputs."""
        return (self.strange,)

    @property
    def varied(self) -> Inputs:
        """Return what static ranges are chosen on."""
        return (varied_scans(self.calibration),)

    @property
    def strange(self) -> Scans:
        """Return what is no soil: a white panel and a closed shutter."""
        return np.concatenate([white_panel(self.bands), closed_shutter(self.bands)])
