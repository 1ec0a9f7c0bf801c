"""One scan as an instrument's file gives it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from protocols.messages import Instrument

AxisUnit = Literal["nm", "cm-1", "um"]
Quantity = Literal["fraction", "percent", "absorbance"]
"""Reflectance as a fraction or in percent, or its absorbance, log10(1/R)."""


@dataclass(frozen=True, eq=False)
class InstrumentScan:
    """A scan and what its file says of it.

    Attributes:
        positions: Of its bands, in the file's order.
        values: One a band.
        unit: Of the positions; nothing where the file does not say.
        quantity: Of the values; nothing where the file does not say.
        evidence: Where the file says so.
        sample: What the file calls the sample, if it does.
        instrument: What measured it, if the file says that in our own way.
    """

    positions: NDArray[np.float64]
    values: NDArray[np.float32]
    unit: AxisUnit | None
    quantity: Quantity | None
    evidence: str
    sample: str | None = None
    instrument: Instrument | None = None
