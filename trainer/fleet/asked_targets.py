"""A library with only the targets that were asked for."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from trainer.errors import LibraryError
from trainer.library.spectral_library import SpectralLibrary

FEWEST_SOILS = 10


def with_targets(library: SpectralLibrary, asked: Sequence[str]) -> SpectralLibrary:
    """Return the library with these targets, or refuse what it cannot teach."""
    targets = tuple(dict.fromkeys(asked)) or library.targets
    for target in targets:
        _refuse_unknown(library, target)
    columns = [library.targets.index(target) for target in targets]
    values = np.ascontiguousarray(library.values[:, columns])
    return replace(library, targets=targets, values=values)


def _refuse_unknown(library: SpectralLibrary, target: str) -> None:
    if target not in library.targets:
        known = ", ".join(library.targets) or "none"
        raise LibraryError(
            f"expected one of the library's targets {known}, found {target!r}; name "
            "it as the library does"
        )
    count = int(np.isfinite(library.values[:, library.targets.index(target)]).sum())
    if count < FEWEST_SOILS:
        raise LibraryError(
            f"expected at least {FEWEST_SOILS} soils of the library with a value of "
            f"{target}, found {count}; choose another library or target"
        )
