"""Memory-based learning as a torch module: find neighbours, gather, solve, average.

Treatments run in float32 like every graph, all after them in float64, since conjugate
gradients in single precision drift by more than parity allows.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.calibrations.dissimilarity import SHORTEST, Embedding
from trainer.calibrations.kernel_tensors import likeness_of, squares_between
from trainer.calibrations.local_regression import (
    Neighbourhoods,
    answer_by_process,
    answer_by_solving,
    answers_by_components,
)
from trainer.calibrations.shared_kernel import SharedKernel
from trainer.calibrations.treated_view import FittedView
from trainer.errors import CalibrationError
from trainer.treatments.spectral_treatments import treatment_of

LocalKind = Literal["process", "pls"]

STEADY_PENALTY = 0.01
"""Below this, conjugate gradients are still on their way when their steps end."""


@dataclass(frozen=True)
class LocalRule:
    """How many neighbours are asked, and what is fitted on them.

    Attributes:
        neighbours: How many are asked.
        kind: What is fitted on them.
        penalty: The process' noise variance.
        components: Of partial least squares.
    """

    neighbours: int
    kind: LocalKind
    penalty: float
    components: int

    @property
    def is_graph(self) -> bool:
        """Whether steps that a graph can hold reach the solution."""
        return self.kind == "pls" or self.penalty >= STEADY_PENALTY

    def answer(self, near: Neighbourhoods, *, is_exact: bool) -> Float[Tensor, " scan"]:
        """Return the local model's answer for each scan."""
        if self.kind == "pls":
            return answers_by_components(near, self.components)[-1]
        solve = answer_by_solving if is_exact else answer_by_process
        return solve(near, self.penalty)


class ViewRows(nn.Module):
    """Scans as one view sees them."""

    centre: Tensor
    scale: Tensor

    def __init__(self, view: FittedView) -> None:
        super().__init__()
        self.treatment = treatment_of(view.treatment)
        self.register_buffer("centre", torch.from_numpy(view.centre))
        self.register_buffer("scale", torch.from_numpy(1 / view.scale))

    def forward(self, spectrum: Float[Tensor, "scan band"]) -> Float[Tensor, "scan at"]:
        """Return one row a scan."""
        treated = self.treatment(spectrum).to(self.centre.dtype)
        rows: Tensor = (treated - self.centre) * self.scale
        return rows


class SharedLikeness(nn.Module):
    """How alike scans and known soils are under a shared kernel."""

    def __init__(self, kernel: SharedKernel) -> None:
        super().__init__()
        self.views = nn.ModuleList(ViewRows(view) for view in kernel.views)
        self.parts = kernel.parts
        for at, view in enumerate(kernel.views):
            # Half the size in a package; what the kernel loses is far below its noise.
            single = torch.from_numpy(view.support).float()
            self.register_buffer(f"support_{at}", single)

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan soil"]:
        """Return the mean likeness over all views."""
        shares = []
        for at, view in enumerate(self.views):
            rows = view(spectrum)
            support = self.get_buffer(f"support_{at}").to(rows.dtype)
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

    def __init__(self, embedding: Embedding, count: int) -> None:
        super().__init__()
        self.rows = ViewRows(embedding.view)
        self.count = count
        self.is_centred, self.is_directed = embedding.is_centred, embedding.is_directed
        places = embedding.place(embedding.view.support)
        self.register_buffer("projection", torch.from_numpy(embedding.projection))
        self.register_buffer("places", torch.from_numpy(places))

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
    """The mean over dissimilarities of local answers, kept within what can be.

    One rule serves all dissimilarities, so that they are solved side by side.
    """

    gram: Tensor
    values: Tensor

    def __init__(
        self, known: KnownSoils, embeddings: Sequence[Embedding], rule: LocalRule
    ) -> None:
        super().__init__()
        self.likeness = SharedLikeness(known.kernel)
        self.neighbours = nn.ModuleList(
            Neighbours(one, rule.neighbours) for one in embeddings
        )
        self.rule = rule
        self.is_exact = True
        self.soils = len(known.values)
        self.least, self.most = known.least, known.most
        gram = torch.from_numpy(known.kernel.known_gram().ravel())
        self.register_buffer("gram", gram)
        self.register_buffer("values", torch.from_numpy(known.values))

    def forward(self, spectrum: Float[Tensor, "scan band"]) -> Float[Tensor, "scan 1"]:
        """Return the value of every scan."""
        likeness = self.likeness(spectrum)
        at = torch.cat([near(spectrum) for near in self.neighbours])
        likeness = torch.cat([likeness] * len(self.neighbours))
        answers = self.rule.answer(self._gather(likeness, at), is_exact=self.is_exact)
        sides = answers.reshape(len(self.neighbours), -1)
        mean = sides.mean(dim=0).to(spectrum.dtype)
        return torch.clamp(mean, self.least, self.most)[:, None]

    def in_steps(self) -> "MemoryGraph":
        """Return the same, solved by steps that a graph can hold."""
        if not self.rule.is_graph:
            raise CalibrationError(
                f"expected local processes with a penalty of {STEADY_PENALTY:g} or "
                f"more, found {self.rule.penalty:g}, which no graph solves to parity; "
                "export `average` or `gaussian-process`, or local `pls`"
            )
        stepped = copy(self)
        stepped.is_exact = False
        return stepped

    def _gather(self, likeness: Tensor, at: Tensor) -> Neighbourhoods:
        pairs = at[:, :, None] * self.soils + at[:, None, :]
        return Neighbourhoods(
            self.gram[pairs], torch.gather(likeness, 1, at), self.values[at]
        )
