"""What a library's nearest soils say of a scan: memory-based learning without labels.

It is the best model there is where a farm's soils are like the library's, and useless
elsewhere, so that it is fitted only when labels have shown that declared units pay.
"""

import numpy as np
from numpy.typing import NDArray

from protocols.wavelength_grid import WavelengthGrid
from trainer.calibrations.calibration import Soils
from trainer.calibrations.memory_based import FittedMemory, MemoryBased
from trainer.calibrations.memory_graph import STEADY_PENALTY
from trainer.treatments.spectral_treatments import TREATMENTS

Array = NDArray[np.float64]

FEWEST_SOILS = 100
"""Among fewer soils there are no neighbourhoods to speak of."""

MOST_SOILS = 600
SEED = 0
PENALTIES = (STEADY_PENALTY, 10 * STEADY_PENALTY)
"""Those that a graph solves to parity."""


def fit_memory(
    spectra: NDArray[np.float32], values: Array, grid: WavelengthGrid
) -> FittedMemory:
    """Fit the library's memory on an even draw of its soils, each for itself."""
    count = min(len(values), MOST_SOILS)
    rows = np.sort(np.random.default_rng(SEED).permutation(len(values))[:count])
    soils = Soils(
        spectra=np.asarray(spectra)[rows],
        values=values[rows, np.newaxis],
        groups=tuple(str(row) for row in rows),
        grid=grid,
        targets=("value",),
    )
    memory = MemoryBased(kernel_treatments=TREATMENTS, penalties=PENALTIES)
    return memory.fit(soils, SEED)
