"""How alike two treated scans are: the kernels, on rows of mean squared length one."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
KernelKind = Literal["linear", "gaussian", "matern"]


@dataclass(frozen=True)
class KernelShape:
    """A kernel and its length; two typical rows lie sqrt(2) apart.

    `matern` is the one of smoothness 3/2 (Rasmussen and Williams 2006, eq. 4.17).
    """

    kind: KernelKind
    length: float = 1.0

    def gram(self, left: Array, right: Array) -> Array:
        """Return the likeness of every row of `left` and every one of `right`."""
        products = left @ right.T
        if self.kind == "linear":
            return products
        powers = (left**2).sum(axis=1)[:, np.newaxis] + (right**2).sum(axis=1)
        return self.of_squares(np.clip(powers - 2 * products, 0, None))

    def of_squares(self, squares: Array) -> Array:
        """Return the likeness at these squared distances; not for `linear`."""
        ratios = squares / self.length**2
        if self.kind == "gaussian":
            return np.exp(-ratios / 2)
        far = np.sqrt(3 * ratios)
        return (1 + far) * np.exp(-far)
