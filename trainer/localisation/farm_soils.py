"""The labelled soils of one farm, as far as there are any."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trainer.errors import CalibrationError
from trainer.library.spectral_library import check_reflectance


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

    @cached_property
    def digest(self) -> str:
        """The sha256 of everything that is known of these soils."""
        digest = hashlib.sha256("\0".join(self.samples).encode())
        digest.update(self.spectra.astype("<f4").tobytes())
        digest.update(self.values.astype("<f8").tobytes())
        return digest.hexdigest()
