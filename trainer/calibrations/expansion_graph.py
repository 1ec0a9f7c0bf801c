"""Linear maps and kernel expansions of all targets as one torch module.

Every treatment is computed once for all targets, and alike views together.
"""

from collections.abc import Sequence
from itertools import groupby
from math import log

import torch
from jaxtyping import Float
from torch import Tensor, nn

from trainer.calibrations.target_model import TargetModel
from trainer.calibrations.treated_scans import TreatedScans, bands_before
from trainer.calibrations.view_bank import ViewBank, kind_of
from trainer.calibrations.viewed_sums import sums_by_view


class TargetGraph(nn.Module):
    """The mean of one target's members, kept within what can be."""

    intercepts: Tensor
    logarithmic: Tensor
    least: Tensor
    most: Tensor
    shares: Tensor
    most_logarithm: Tensor

    def __init__(
        self, model: TargetModel, treatments: Sequence[str], bands: int
    ) -> None:
        super().__init__()
        sums = sorted(sums_by_view(model.members), key=lambda one: repr(kind_of(one)))
        self.banks = nn.ModuleList(
            ViewBank(list(alike), treatments, bands)
            for _, alike in groupby(sums, kind_of)
        )
        flags = torch.tensor([member.is_logarithmic for member in model.members])
        self.register_buffer("logarithmic", flags)
        self.has_logarithms = bool(flags.any())
        self.has_shares = bool(model.shares)
        count = len(model.members)
        # Tensors, not plain numbers: those would be written into the graph, which then
        # could not serve another model as its template.
        numbers = {
            "intercepts": [member.intercept for member in model.members],
            "shares": model.shares or (1 / count,) * count,
            "least": model.least,
            "most": model.most,
            "most_logarithm": log(model.most) if self.has_logarithms else 0.0,
        }
        for name, number in numbers.items():
            self.register_buffer(name, torch.tensor(number, dtype=torch.float64))

    def forward(
        self, treated: Float[Tensor, "treatment scan band"]
    ) -> Float[Tensor, "scan 1"]:
        """Return the target's value of every scan."""
        total = self.intercepts.expand(treated.shape[1], -1)
        for bank in self.banks:
            total = total + bank(treated)
        if self.has_logarithms:
            raised = torch.exp(torch.minimum(total, self.most_logarithm))
            total = torch.where(self.logarithmic, raised, total)
        if self.has_shares:
            total = self._within(total)
        return self._within((total @ self.shares)[:, None])

    def _within(self, told: Tensor) -> Tensor:
        return torch.minimum(torch.maximum(told, self.least), self.most)


class ExpansionGraph(nn.Module):
    """All targets, from reflectance on."""

    def __init__(self, models: Sequence[TargetModel]) -> None:
        super().__init__()
        sums = [one for model in models for one in sums_by_view(model.members)]
        views = [one.view for one in sums]
        treatments = sorted({view.treatment for view in views})
        bands = max(
            (bands_before(view.treatment, len(view.centre)) for view in views),
            default=0,
        )
        self.treated = TreatedScans(treatments, bands)
        self.targets = nn.ModuleList(
            TargetGraph(model, treatments, bands) for model in models
        )

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan target"]:
        """Return every target of every scan."""
        treated = self.treated(spectrum)
        columns = [target(treated) for target in self.targets]
        return torch.cat(columns, dim=1).to(spectrum.dtype)


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
    return ExpansionGraph(models).eval()
