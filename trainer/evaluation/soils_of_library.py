"""The soils of a library as calibrations take them."""

from collections.abc import Sequence

import numpy as np

from trainer.calibrations.calibration import Soils
from trainer.errors import LibraryError
from trainer.library.spectral_library import SpectralLibrary


def soils_of(library: SpectralLibrary, targets: Sequence[str] | None = None) -> Soils:
    """Return all soils with the named targets, or refuse a target that is not there."""
    chosen = tuple(library.targets if targets is None else targets)
    columns = [_column(library, target) for target in chosen]
    return Soils(
        spectra=library.spectra,
        values=np.ascontiguousarray(library.values[:, columns]),
        groups=library.groups,
        grid=library.grid,
        targets=chosen,
    )


def _column(library: SpectralLibrary, target: str) -> int:
    if target not in library.targets:
        known = ", ".join(library.targets)
        raise LibraryError(f"expected one of the targets {known}, found {target!r}")
    return library.targets.index(target)
