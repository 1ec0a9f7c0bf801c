"""Series for an export: those that choose ranges, and others that judge.

They are inputs as graphs take them: series, days and mask of places on the season.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from protocols.golden_vectors import Inputs
from trainer.errors import ExportError
from trainer.export.graph_signature import GraphSignature, series_signature
from trainer.export.proof_inputs import SERIES_WORDS, ProofWords
from trainer.export.quantised.calibration_scans import varied_rows
from trainer.export.strange_series import strange_series


@dataclass(frozen=True, eq=False)
class ProofSeries:
    """Series of places, one row each in all three arrays.

    Attributes:
        calibration: Ranges for static quantisation are chosen on these.
        asked: Every graph is judged on these; none of them is among the others.
        tells_classes: Always so: what grows there is a class.
        words: How sentences speak of series.
    """

    calibration: Inputs
    asked: Inputs
    tells_classes: bool = field(default=True, init=False)
    words: ProofWords = field(default=SERIES_WORDS, init=False)

    def __post_init__(self) -> None:
        """Refuse series that do not belong together, or none to judge by."""
        shapes = [one.shape for one in self.asked]
        known = [one.shape for one in self.calibration]
        steps = [shape[1:] for shape in shapes] == [shape[1:] for shape in known]
        if not steps or not len(self.asked[0]) or not len(self.calibration[0]):
            raise ExportError(
                "expected series to judge by, on the same season as those that choose "
                f"ranges, found them shaped {shapes} and {known}"
            )
        chosen = set(_rows_as_bytes(self.calibration))
        if shared := sum(row in chosen for row in _rows_as_bytes(self.asked)):
            raise ExportError(
                f"expected series to judge by that chose no range, found {shared} that "
                "did; set other places apart"
            )

    @property
    def signature(self) -> GraphSignature:
        """Return what goes into a graph that reads such series."""
        return series_signature(*self.asked[0].shape[1:])

    @property
    def oddities(self) -> Inputs:
        """Return what no season looks like."""
        return strange_series(self.asked)

    @property
    def varied(self) -> Inputs:
        """Return what static ranges are chosen on."""
        series, _, mask = self.calibration
        table: NDArray[np.float32] = np.concatenate([series, mask], axis=2)
        rows = varied_rows(table.reshape(len(table), -1))
        return tuple(one[rows] for one in self.calibration)


def _rows_as_bytes(inputs: Inputs) -> list[bytes]:
    series, _, mask = inputs
    return [
        values.tobytes() + seen.tobytes()
        for values, seen in zip(series, mask, strict=True)
    ]
