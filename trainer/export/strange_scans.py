"""Scans that are no soil: every graph is asked them, and the first is a golden vector.

Both have a ripple, as instruments see them. Of a perfectly flat scan a treatment that
divides by its spread tells rounding errors, which no two runtimes share.
"""

import numpy as np
from numpy.typing import NDArray

WHITE, DARK = 0.97, 0.02
"""What a white panel and a closed shutter reflect, about."""

RIPPLE = 0.02
WAVES = 3.0


def white_panel(bands: int) -> NDArray[np.float32]:
    """Return one scan of a white reference panel."""
    return _rippled(WHITE, RIPPLE, bands)


def closed_shutter(bands: int) -> NDArray[np.float32]:
    """Return one scan of darkness."""
    return _rippled(DARK, RIPPLE / 4, bands)


def _rippled(level: float, height: float, bands: int) -> NDArray[np.float32]:
    turns = np.linspace(0, 2 * np.pi * WAVES, bands)
    scan: NDArray[np.float32] = (level + height * np.sin(turns)).astype(np.float32)
    return scan[np.newaxis]
