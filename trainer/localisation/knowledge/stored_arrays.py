"""Named arrays read back from a file, each held to its type and shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from trainer.errors import LibraryError


@dataclass(frozen=True)
class StoredArrays:
    """Arrays by name, and the sizes that they must agree on.

    Attributes:
        where: The file, for messages.
        arrays: What was read.
        sizes: Sizes by their names; those not in there are known once first seen.
    """

    where: str
    arrays: Mapping[str, NDArray[np.generic]]
    sizes: dict[str, int] = field(default_factory=dict)

    def take(self, name: str, *axes: str) -> NDArray[np.float64]:
        """Return finite numbers in double precision, one named size an axis."""
        found = self._checked(name, axes, np.float64)
        if not np.isfinite(found).all():
            raise self._refused(f"finite numbers in {name}", "some that are not")
        return found.astype(np.float64)

    def take_single(self, name: str, *axes: str) -> NDArray[np.float32]:
        """Return numbers in single precision, one named size an axis."""
        return self._checked(name, axes, np.float32).astype(np.float32)

    def take_any(self, name: str, *axes: str) -> NDArray[np.float64]:
        """Return numbers in double precision of which some may be undefined."""
        return self._checked(name, axes, np.float64).astype(np.float64)

    def _checked(
        self, name: str, axes: tuple[str, ...], kind: type[np.floating]
    ) -> NDArray[np.generic]:
        if name not in self.arrays:
            raise self._refused(f"an array called {name}", "none")
        found = self.arrays[name]
        if found.dtype != kind or found.ndim != len(axes):
            expected = f"{name} of {np.dtype(kind)} with {len(axes)} axes"
            raise self._refused(expected, f"{found.dtype} with {found.ndim}")
        for axis, size in zip(axes, found.shape, strict=True):
            if self.sizes.setdefault(axis, size) != size:
                raise self._refused(f"{self.sizes[axis]} {axis} in {name}", str(size))
        return found

    def _refused(self, expected: str, found: str) -> LibraryError:
        return LibraryError(
            f"expected {expected} in {self.where}, found {found}; pretrain again"
        )
