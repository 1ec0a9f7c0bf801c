"""The labelled soils of one farm, as far as there are any."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.errors import CalibrationError
from trainer.library.spectral_library import SpectralLibrary, check_reflectance


@dataclass(frozen=True, eq=False)
class FarmSoils:
    """Scans of one farm with their laboratory values.

    Attributes:
        samples: One unique sample id a soil.
        spectra: Reflectance on the library's grid, one row a soil.
        values: Laboratory values in the library's order of targets, NaN for none.
    """

    samples: tuple[str, ...]
    spectra: NDArray[np.float32]
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong together, and soils given twice."""
        count = len(self.samples)
        if len(set(self.samples)) != count:
            raise CalibrationError("expected every sample once, found one twice")
        if not count == len(self.spectra) == len(self.values):
            raise CalibrationError(
                f"expected a scan and values for each of {count} samples, found "
                f"{len(self.spectra)} and {len(self.values)}"
            )
        check_reflectance(self.spectra)


def no_soils(library: SpectralLibrary) -> FarmSoils:
    """Return a farm that has no label yet."""
    return FarmSoils(
        samples=(),
        spectra=np.zeros((0, library.grid.bands), dtype=np.float32),
        values=np.zeros((0, len(library.targets))),
    )
