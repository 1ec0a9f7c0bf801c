"""Memory-based learning as a torch module: find neighbours, gather, solve, average.

Rows and kernels are float32 like every graph; the local solutions are float64, since
conjugate gradients in single precision drift by more than parity allows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.calibrations.dissimilarity import SHORTEST, Embedding
from trainer.calibrations.expansion_graph import likeness_of, squares_between
from trainer.calibrations.local_regression import (
    Neighbourhoods,
    answer_by_process,
    answers_by_components,
)
from trainer.calibrations.shared_kernel import SharedKernel
from trainer.calibrations.treated_view import FittedView
from trainer.treatments.spectral_treatments import treatment_of

LocalKind = Literal["process", "pls"]


@dataclass(frozen=True, eq=False)
class LocalRule:
    """Who the neighbours are, how many, and what is fitted on them.

    Attributes:
        embedding: Near in it means alike.
        neighbours: How many are asked.
        kind: What is fitted on them.
        penalty: The process' noise variance.
        components: Of partial least squares.
    """

    embedding: Embedding
    neighbours: int
    kind: LocalKind
    penalty: float
    components: int

    def answer(self, near: Neighbourhoods) -> Float[Tensor, " scan"]:
        """Return the local model's answer for each scan."""
        if self.kind == "process":
            return answer_by_process(near, self.penalty)
        return answers_by_components(near, self.components)[-1]


class ViewRows(nn.Module):
    """Scans as one view sees them."""

    centre: Tensor
    scale: Tensor

    def __init__(self, view: FittedView) -> None:
        super().__init__()
        self.treatment = treatment_of(view.treatment)
        self.register_buffer("centre", torch.from_numpy(view.centre).float())
        self.register_buffer("scale", torch.from_numpy(1 / view.scale).float())

    def forward(self, spectrum: Float[Tensor, "scan band"]) -> Float[Tensor, "scan at"]:
        """Return one row a scan."""
        rows: Tensor = (self.treatment(spectrum) - self.centre) * self.scale
        return rows


class SharedLikeness(nn.Module):
    """How alike scans and known soils are under a shared kernel."""

    def __init__(self, kernel: SharedKernel) -> None:
        super().__init__()
        self.views = nn.ModuleList(ViewRows(view) for view in kernel.views)
        self.parts = kernel.parts
        for at, view in enumerate(kernel.views):
            support = torch.from_numpy(view.support).float()
            self.register_buffer(f"support_{at}", support)

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan soil"]:
        """Return the mean likeness over all views."""
        shares = []
        for at, view in enumerate(self.views):
            rows, support = view(spectrum), self.get_buffer(f"support_{at}")
            squares = squares_between(rows, support)
            for shape, share in self.parts:
                is_linear = shape.kind == "linear"
                near = rows @ support.T if is_linear else likeness_of(shape, squares)
                shares.append(share * near)
        return torch.stack(shares).sum(dim=0) / len(self.views)


class Neighbours(nn.Module):
    """Which known soils are most like a scan in an embedding."""

    projection: Tensor
    places: Tensor

    def __init__(self, rule: LocalRule) -> None:
        super().__init__()
        embedding = rule.embedding
        self.rows = ViewRows(embedding.view)
        self.count = rule.neighbours
        self.is_centred, self.is_directed = embedding.is_centred, embedding.is_directed
        places = embedding.place(embedding.view.support)
        projection = torch.from_numpy(embedding.projection).float()
        self.register_buffer("projection", projection)
        self.register_buffer("places", torch.from_numpy(places).float())

    def forward(self, spectrum: Float[Tensor, "scan band"]) -> Tensor:
        """Return the neighbours' numbers, the most alike first."""
        rows = self.rows(spectrum)
        if self.is_centred:
            rows = rows - rows.mean(dim=1, keepdim=True)
        places = rows @ self.projection
        if self.is_directed:
            lengths = torch.sqrt((places * places).sum(dim=1, keepdim=True))
            places = places / torch.clamp(lengths, min=SHORTEST)
        return torch.topk(-squares_between(places, self.places), self.count).indices


@dataclass(frozen=True, eq=False)
class KnownSoils:
    """What a memory keeps of the soils it learned from."""

    kernel: SharedKernel
    values: NDArray[np.float64]
    least: float
    most: float


class MemoryGraph(nn.Module):
    """The mean answer of local rules, kept within what can be."""

    gram: Tensor
    values: Tensor

    def __init__(self, known: KnownSoils, rules: Sequence[LocalRule]) -> None:
        super().__init__()
        self.likeness = SharedLikeness(known.kernel)
        self.neighbours = nn.ModuleList(Neighbours(rule) for rule in rules)
        self.rules = tuple(rules)
        self.soils = len(known.values)
        self.least, self.most = known.least, known.most
        gram = torch.from_numpy(known.kernel.known_gram().ravel()).float()
        self.register_buffer("gram", gram)
        self.register_buffer("values", torch.from_numpy(known.values).float())

    def forward(self, spectrum: Float[Tensor, "scan band"]) -> Float[Tensor, "scan 1"]:
        """Return the value of every scan."""
        likeness = self.likeness(spectrum)
        answers = [
            rule.answer(self._gather(likeness, neighbours(spectrum)))
            for rule, neighbours in zip(self.rules, self.neighbours, strict=True)
        ]
        mean = torch.stack(answers).mean(dim=0).to(spectrum.dtype)
        return torch.clamp(mean, self.least, self.most)[:, None]

    def _gather(self, likeness: Tensor, at: Tensor) -> Neighbourhoods:
        pairs = at[:, :, None] * self.soils + at[:, None, :]
        return Neighbourhoods(
            self.gram[pairs].double(),
            torch.gather(likeness, 1, at).double(),
            self.values[at].double(),
        )
