"""Linear maps and kernel expansions as one torch module; every view is treated once.

Treatments run in float32, sums over known soils in float64: where soils have little
noise their weights are large and cancel, and single precision loses 3e-4 deviations.
"""

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.calibrations.kernel_shape import KernelShape
from trainer.calibrations.member import KernelTerm, LinearTerm, Member
from trainer.calibrations.target_model import TargetModel
from trainer.calibrations.treated_view import FittedView
from trainer.treatments.spectral_treatments import treatment_of

LEAST_SQUARE = 1e-12
"""Keeps the root of a distance of nothing away from rounding below it."""


class ViewedTerms(nn.Module):
    """Everything that looks through one view: one column of shares a member."""

    centre: Tensor
    scale: Tensor
    projection: Tensor
    coefficients: Tensor
    support: Tensor
    weights: Tensor

    def __init__(self, view: FittedView, members: Sequence[Member]) -> None:
        super().__init__()
        self.treatment = treatment_of(view.treatment)
        self.is_projected = view.projection is not None
        linear, shaped = _collected(view, members)
        self.shapes = tuple(shaped)
        weights = np.zeros((len(shaped), len(view.support), len(members)))
        for at, shape in enumerate(shaped):
            weights[at] = shaped[shape]
        support = view.support if shaped else view.support[:0]
        arrays = {
            "centre": view.centre,
            "scale": 1 / view.scale,
            "projection": np.zeros(0) if view.projection is None else view.projection,
            "coefficients": linear,
            "support": support,
            "weights": weights,
        }
        for name, array in arrays.items():
            # What many farms share is read-only, which torch does not take.
            own = np.require(array, requirements="W")
            self.register_buffer(name, torch.from_numpy(own))

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan member"]:
        """Return each member's share of every scan."""
        rows = (self.treatment(spectrum).double() - self.centre) * self.scale
        if self.is_projected:
            rows = rows @ self.projection
        total: Tensor = rows @ self.coefficients
        if self.shapes:
            squares = squares_between(rows, self.support)
            for at, shape in enumerate(self.shapes):
                total = total + likeness_of(shape, squares) @ self.weights[at]
        return total


class TargetGraph(nn.Module):
    """The mean of one target's members, kept within what can be."""

    intercepts: Tensor
    logarithmic: Tensor
    least: Tensor
    most: Tensor
    shares: Tensor
    most_logarithm: Tensor

    def __init__(self, model: TargetModel) -> None:
        super().__init__()
        terms = [term for member in model.members for term in member.terms]
        views = {id(term.view): term.view for term in terms}
        self.views = nn.ModuleList(
            ViewedTerms(view, model.members) for view in views.values()
        )
        intercepts = torch.tensor(
            [member.intercept for member in model.members], dtype=torch.float64
        )
        flags = torch.tensor([member.is_logarithmic for member in model.members])
        self.register_buffer("intercepts", intercepts)
        self.register_buffer("logarithmic", flags)
        self.has_logarithms = bool(flags.any())
        self.has_shares = bool(model.shares)
        count = len(model.members)
        shares = torch.tensor(model.shares or (1 / count,) * count, dtype=torch.float64)
        self.register_buffer("shares", shares)
        # Tensors, not plain numbers: those would be written into the graph, which then
        # could not serve another model as its template.
        limits = {
            "least": model.least,
            "most": model.most,
            "most_logarithm": log(model.most) if self.has_logarithms else 0.0,
        }
        for name, limit in limits.items():
            self.register_buffer(name, torch.tensor(limit, dtype=torch.float64))

    def forward(self, spectrum: Float[Tensor, "scan band"]) -> Float[Tensor, "scan 1"]:
        """Return the target's value of every scan."""
        total = self.intercepts.expand(spectrum.shape[0], -1)
        for view in self.views:
            total = total + view(spectrum)
        if self.has_logarithms:
            raised = torch.exp(torch.minimum(total, self.most_logarithm))
            total = torch.where(self.logarithmic, raised, total)
        if self.has_shares:
            total = self._within(total)
        mean = (total @ self.shares)[:, None]
        return self._within(mean).to(spectrum.dtype)

    def _within(self, told: Tensor) -> Tensor:
        return torch.minimum(torch.maximum(told, self.least), self.most)


class SideBySide(nn.Module):
    """One column a target."""

    def __init__(self, columns: Sequence[nn.Module]) -> None:
        super().__init__()
        self.columns = nn.ModuleList(columns)

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan target"]:
        """Return every target of every scan."""
        return torch.cat([column(spectrum) for column in self.columns], dim=1)


def expansion_graph(models: Sequence[TargetModel]) -> nn.Module:
    """Return the module that answers as `models` do."""
    return SideBySide([TargetGraph(model) for model in models]).eval()


def _collected(
    view: FittedView, members: Sequence[Member]
) -> tuple[NDArray[np.float64], dict[KernelShape, NDArray[np.float64]]]:
    """Add up all coefficients, and all weights by shape; one column a member."""
    linear = np.zeros((view.support.shape[1], len(members)))
    shaped: dict[KernelShape, NDArray[np.float64]] = {}
    for column, member in enumerate(members):
        for term in member.terms:
            if term.view is not view:
                continue
            if isinstance(term, LinearTerm):
                linear[:, column] += term.coefficients
            else:
                _add(shaped, term, (column, len(members)))
    return linear, shaped


def _add(
    shaped: dict[KernelShape, NDArray[np.float64]],
    term: KernelTerm,
    place: tuple[int, int],
) -> None:
    column, columns = place
    empty = np.zeros((len(term.weights), columns))
    shaped.setdefault(term.shape, empty)[:, column] += term.weights


def squares_between(rows: Tensor, support: Tensor) -> Tensor:
    """Return the squared distance of every row and every supporting one."""
    powers = (rows * rows).sum(dim=1, keepdim=True) + (support * support).sum(dim=1)
    return torch.clamp(powers - 2 * (rows @ support.T), min=LEAST_SQUARE)


def likeness_of(shape: KernelShape, squares: Tensor) -> Tensor:
    """Return a curved kernel at these squared distances."""
    ratios = squares / shape.length**2
    if shape.kind == "gaussian":
        return torch.exp(-ratios / 2)
    far = torch.sqrt(ratios) * sqrt(3.0)
    return (1 + far) * torch.exp(-far)
