"""One way to look at the scans of a whole stack of farms."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.kernel_shape import (
    KernelShape,
    products_of_rows,
    squares_of_rows,
)
from trainer.calibrations.treated_view import FittedView, centre_of, scale_of

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StackedView:
    """A view of every farm's labelled soils.

    Attributes:
        treatment: The treatment's name.
        centre: What is taken away, [farm, band].
        scale: What bands are divided by, [farm, band].
        rows: How the labelled soils look, [farm, soil, feature].
        projection: What rows are multiplied by in the end, if anything.
        others: How soils of a library look, which support expansions before the
            farm's own.
    """

    treatment: str
    centre: Array
    scale: Array
    rows: Array
    projection: Array | None = None
    others: Array | None = None
    _told: dict[int, FittedView] = field(default_factory=dict, init=False, repr=False)

    def of_farm(self, at: int) -> FittedView:
        """Return one farm's view, the same one whenever it is asked for."""
        if at not in self._told:
            self._told[at] = FittedView(
                self.treatment,
                self.centre[at],
                self.scale[at],
                self._support(at),
                self.projection,
            )
        return self._told[at]

    def _support(self, at: int) -> Array:
        own = self.rows[at]
        return own if self.others is None else np.concatenate([self.others, own])

    def grams(self, shapes: tuple[KernelShape, ...]) -> list[Array]:
        """Return the likeness of each farm's soils by each shape."""
        return likenesses(self.rows, self.rows, shapes)


def likenesses(
    left: Array, right: Array, shapes: tuple[KernelShape, ...]
) -> list[Array]:
    """Return the likeness of all rows by each shape; distances are found once."""
    products = products_of_rows(left, right)
    squares = squares_of_rows(left, right, products)
    return [
        products if shape.kind == "linear" else shape.of_squares(squares)
        for shape in shapes
    ]


def own_views(treatment: str, treated: Array) -> tuple[StackedView, StackedView]:
    """Return a treatment centred on each farm's own soils: plain and autoscaled."""
    centre = centre_of(treated)
    scales = [scale_of(treated, is_autoscaled) for is_autoscaled in (False, True)]
    plain, autoscaled = (placed_view(treatment, treated, centre, one) for one in scales)
    return plain, autoscaled


def placed_view(
    treatment: str,
    treated: Array,
    centre: Array,
    scale: Array,
    others: Array | None = None,
) -> StackedView:
    """Return a view whose centre and scale are known."""
    rows = (treated - centre[:, np.newaxis]) / scale[:, np.newaxis]
    return StackedView(treatment, centre, scale, single_precision(rows), others=others)


def projected_view(
    treatment: str, treated: Array, projection: Array, *, is_scaled: bool = True
) -> StackedView:
    """Return a view through a projection, its rows of mean squared length one."""
    centre = centre_of(treated)
    rows = (treated - centre[:, np.newaxis]) @ projection
    if not is_scaled:
        ones = np.ones_like(centre)
        return StackedView(treatment, centre, ones, single_precision(rows), projection)
    mean_square = (rows**2).sum(axis=-1).mean(axis=-1, keepdims=True)
    length = np.sqrt(np.where(mean_square > 0, mean_square, 1.0))
    scale = np.broadcast_to(length, centre.shape)
    rows = single_precision(rows / length[:, np.newaxis])
    return StackedView(treatment, centre, scale, rows, projection)


def single_precision(rows: Array) -> Array:
    """Return rows that single precision holds exactly: packages are half as large."""
    rounded: Array = rows.astype(np.float32).astype(np.float64)
    return rounded
