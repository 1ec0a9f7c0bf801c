"""One scan as an instrument's file gives it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.library.recognition.quantity import Quantity
from trainer.library.recognition.spectral_axis import AxisUnit


@dataclass(frozen=True, eq=False)
class InstrumentScan:
    """A scan and what its file says of it.

    Attributes:
        positions: Of its bands, in the file's order.
        values: One a band.
        unit: Of the positions; nothing where the file does not say.
        quantity: Of the values; nothing where the file does not say.
        evidence: Where the file says so.
    """

    positions: NDArray[np.float64]
    values: NDArray[np.float32]
    unit: AxisUnit | None
    quantity: Quantity | None
    evidence: str
