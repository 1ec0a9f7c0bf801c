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
        products = products_of_rows(left, right)
        if self.kind == "linear":
            return products
        return self.of_squares(squares_of_rows(left, right, products))

    def of_squares(self, squares: Array) -> Array:
        """Return the likeness at these squared distances; not for `linear`."""
        ratios = squares / self.length**2
        if self.kind == "gaussian":
            return np.exp(-ratios / 2)
        far = np.sqrt(3 * ratios)
        return (1 + far) * np.exp(-far)


def products_of_rows(left: Array, right: Array) -> Array:
    """Return the products of all rows; leading axes are stacks of such pairs."""
    products: Array = left @ np.swapaxes(right, -1, -2)
    return products


def squares_of_rows(left: Array, right: Array, products: Array) -> Array:
    """Return the squared distances of all rows whose products are known."""
    powers = (left**2).sum(axis=-1)[..., :, np.newaxis]
    powers = powers + (right**2).sum(axis=-1)[..., np.newaxis, :]
    squares: Array = np.clip(powers - 2 * products, 0, None)
    return squares
