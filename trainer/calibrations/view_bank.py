"""Views that are alike in shape, computed together: one step of a graph for all.

A graph with a branch a view takes minutes to export and long to load; views that have
equally many soils, bands and kernels are stacked instead. Sums over known soils run in
double precision: where soils have little noise their weights are large and cancel.
What `float()` made single runs in single precision; an export proves whether it may.
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.calibrations.kernel_tensors import likeness_of, squares_between
from trainer.calibrations.treated_view import FittedView
from trainer.calibrations.viewed_sums import ViewedSums

Array = NDArray[np.float64]

SOILS_A_STEP = 64
"""Known soils are filled up to a multiple of this, so that one more label needs no new
graph, only other numbers in it."""


def kind_of(sums: ViewedSums) -> tuple[object, ...]:
    """Return what views must have in common to be computed together."""
    projection, shapes = sums.view.projection, sorted(sums.weights, key=repr)
    features = None if projection is None else projection.shape[1]
    soils = len(sums.view.support) if shapes else 0
    return features, -(-soils // SOILS_A_STEP), tuple(shapes)


class ViewBank(nn.Module):
    """Alike views of treated scans: their shares of every member."""

    treatment: Tensor
    centre: Tensor
    scale: Tensor
    coefficients: Tensor
    support: Tensor
    weights: Tensor

    def __init__(
        self, sums: Sequence[ViewedSums], treatments: Sequence[str], bands: int
    ) -> None:
        super().__init__()
        first = sums[0]
        self.shapes = tuple(sorted(first.weights, key=repr))
        views = [one.view for one in sums]
        at = torch.tensor([treatments.index(view.treatment) for view in views])
        self.register_buffer("treatment", at)
        is_projected = first.view.projection is not None
        arrays: dict[str, NDArray[np.floating]] = {
            # With a place for scans, so that no step of the graph has to make one.
            "centre": _filled([view.centre for view in views], bands)[:, np.newaxis],
            "scale": _filled([1 / view.scale for view in views], bands)[:, np.newaxis],
        }
        coefficients = [one.coefficients for one in sums]
        if is_projected:
            arrays["projection"] = _filled([_projection(one) for one in views], bands)
            arrays["coefficients"] = np.stack(coefficients)
        else:
            arrays["coefficients"] = _filled(coefficients, bands)
        if self.shapes:
            supports = [view.support for view in views]
            width = None if is_projected else bands
            arrays["support"] = _supports(supports, width)
            arrays["weights"] = np.stack(
                [[_room(one.weights[shape]) for one in sums] for shape in self.shapes]
            )
        self.is_projected = is_projected
        for name, array in arrays.items():
            self.register_buffer(name, torch.from_numpy(_own(array)))

    def forward(
        self, treated: Float[Tensor, "treatment scan band"]
    ) -> Float[Tensor, "scan member"]:
        """Return each member's share of every scan, summed over the views."""
        seen = torch.index_select(treated, 0, self.treatment)
        rows = (seen - self.centre) * self.scale
        if self.is_projected:
            rows = torch.bmm(rows, self.get_buffer("projection"))
        total = torch.bmm(rows, self.coefficients)
        if self.shapes:
            squares = squares_between(rows, self.support.to(rows.dtype))
            for at, shape in enumerate(self.shapes):
                likeness = likeness_of(shape, squares)
                total = total + torch.bmm(likeness, self.weights[at])
        return total.sum(dim=0)


def _filled(arrays: Sequence[Array], bands: int) -> Array:
    """Stack arrays whose first axis is bands, filled up with zeros."""
    filled = [
        np.pad(one, [(0, bands - len(one)), *[(0, 0)] * (one.ndim - 1)])
        for one in arrays
    ]
    return np.stack(filled)


def _supports(supports: Sequence[Array], bands: int | None) -> NDArray[np.floating]:
    """Stack rows of known soils, in single precision where that loses nothing."""
    width = supports[0].shape[1] if bands is None else bands
    stacked = np.stack(
        [_room(np.pad(one, [(0, 0), (0, width - one.shape[1])])) for one in supports]
    )
    single = stacked.astype(np.float32)
    return single if np.array_equal(single.astype(np.float64), stacked) else stacked


def _room(rows: Array) -> Array:
    """Return rows of known soils, filled up with soils that weigh nothing."""
    return np.pad(rows, [(0, -len(rows) % SOILS_A_STEP), (0, 0)])


def _projection(view: FittedView) -> Array:
    return np.zeros((0, 0)) if view.projection is None else view.projection


def _own(array: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return an array that may be written to, which torch asks for."""
    return np.require(array, requirements=("C", "W"))
