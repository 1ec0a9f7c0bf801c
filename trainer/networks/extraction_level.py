"""One level of progressive layered extraction, whose gates know how targets correlate.

Tang et al. (RecSys 2020) give every task experts of its own beside shared ones, and a
gate that mixes the two. Su, Tian and Chen (2025) let Pearson correlation steer what is
shared; how is not published, so the rule here is our choice: a task's gate also sees
the experts of the other tasks, each held back by the logarithm of |r|. Experts of an
unrelated property stay nearly shut, those of a property that goes along are as open as
its own. Shared experts are open to all.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from trainer.networks.experts import Expert, expert_of

LEAST_RELEVANCE = 1e-3
"""So that a gate can still learn to open to a target that seemed unrelated."""

Sequence = Float[Tensor, "scan step channel"]


class ExtractionLevel(nn.Module):
    """Experts of every task and shared ones, and the gates that mix them.

    The last of the `sequences` that go in and come out is what the shared experts see.
    """

    openness: Tensor

    def __init__(
        self,
        own: tuple[Expert, ...],
        shared: tuple[Expert, ...],
        size: tuple[int, int],
        relevance: Float[Tensor, "target target"],
    ) -> None:
        super().__init__()
        tasks, (steps, channels) = len(relevance), size
        kinds = [own] * tasks + [shared]
        self.experts = nn.ModuleList(
            nn.ModuleList(expert_of(kind, channels, steps) for kind in group)
            for group in kinds
        )
        experts = sum(map(len, kinds))
        self.gates = nn.ModuleList(nn.Linear(channels, experts) for _ in kinds)
        openness = gate_openness(relevance, len(own), len(shared))
        self.register_buffer("openness", openness)

    def forward(self, sequences: list[Sequence]) -> list[Sequence]:
        """Return one mixture a task, and the shared one."""
        answers = [
            expert(sequence)
            for group, sequence in zip(self.experts, sequences, strict=True)
            for expert in group  # type: ignore[attr-defined] # a ModuleList in a ModuleList
        ]
        candidates = torch.stack(answers, dim=1)
        return [
            self._mixture(at, sequence, candidates)
            for at, sequence in enumerate(sequences)
        ]

    def _mixture(
        self,
        at: int,
        sequence: Sequence,
        candidates: Float[Tensor, "scan expert step channel"],
    ) -> Sequence:
        logits = self.gates[at](sequence.mean(dim=1)) + self.openness[at]
        weights = torch.softmax(logits, dim=-1)
        return (weights[:, :, None, None] * candidates).sum(dim=1)


def gate_openness(
    relevance: Float[Tensor, "target target"], own: int, shared: int
) -> Float[Tensor, "gate expert"]:
    """Return what is added to every gate's logits; the shared gate is free."""
    held = torch.log(relevance.clamp(min=LEAST_RELEVANCE)).repeat_interleave(own, dim=1)
    free = torch.zeros(1, held.shape[1])
    others = torch.zeros(len(relevance) + 1, shared)
    return torch.cat([torch.cat([held, free]), others], dim=1)
