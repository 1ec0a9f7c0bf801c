"""The targets of a farm's model side by side, the library's memory beside members."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from trainer.calibrations.expansion_graph import ExpansionGraph
from trainer.calibrations.target_model import TargetModel
from trainer.localisation.target_fit import AskedMemory


class ToldTargets(nn.Module):
    """One column a target; each may have asked the library's memory."""

    shares: Tensor

    def __init__(
        self, targets: Sequence[TargetModel], memories: Sequence[AskedMemory | None]
    ) -> None:
        super().__init__()
        self.expansions = ExpansionGraph(targets)
        self.asked = tuple(at for at, one in enumerate(memories) if one is not None)
        known = [one for one in memories if one is not None]
        self.memories = nn.ModuleList(one.graph.in_steps() for one in known)
        shares = torch.tensor([one.share for one in known], dtype=torch.float32)
        self.register_buffer("shares", shares)

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan target"]:
        """Return every target of every scan."""
        together = self.expansions(spectrum)
        columns = [together[:, at : at + 1] for at in range(together.shape[1])]
        for at, (column, memory) in enumerate(
            zip(self.asked, self.memories, strict=True)
        ):
            share = self.shares[at]
            told = columns[column] * (1 - share) + memory(spectrum) * share
            columns[column] = told.to(spectrum.dtype)
        return torch.cat(columns, dim=1)
