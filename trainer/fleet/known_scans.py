"""Whether a farm's scans are in the library already.

A farm that is part of its own library looks easier than it is: its error would be
measured on soils that the library has seen. Scans are the same where they agree to
rounding on bands spread over the grid; two scans of one soil never do.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from trainer.library.spectral_library import SpectralLibrary

COMPARED_BANDS = 24
ROUNDING = 2e-5


@dataclass(frozen=True, eq=False)
class KnownScans:
    """The library's scans on the bands that are compared."""

    bands: NDArray[np.float32]

    @cached_property
    def _tree(self) -> KDTree:
        return KDTree(self.bands)

    def count(self, scans: NDArray[np.float32]) -> int:
        """Return how many of the farm's scans the library has."""
        return int(np.isfinite(self._nearest(scans)).sum()) if len(scans) else 0

    def _nearest(self, scans: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return how far each scan's copy is, infinite where there is none."""
        told: NDArray[np.float64] = self._tree.query(
            _compared(scans), p=np.inf, distance_upper_bound=ROUNDING
        )[0]
        return told


def known_scans(library: SpectralLibrary) -> KnownScans:
    """Return what farms' scans are compared with."""
    return KnownScans(_compared(library.spectra))


def without_scans(
    library: SpectralLibrary, scans: NDArray[np.float32]
) -> SpectralLibrary:
    """Return the library without the soils whose scans these are."""
    if not len(scans):
        return library
    is_new = np.isinf(KnownScans(_compared(scans))._nearest(library.spectra))  # noqa: SLF001 - this module's own
    return library if is_new.all() else library.where(is_new)


def _compared(scans: NDArray[np.float32]) -> NDArray[np.float32]:
    step = max(scans.shape[1] // COMPARED_BANDS, 1)
    return np.ascontiguousarray(scans[:, ::step])
