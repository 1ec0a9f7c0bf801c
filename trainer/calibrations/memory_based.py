"""Memory-based learning: a model of its own for every scan, from its nearest soils.

Ramirez-Lopez and co-workers, Geoderma 195 (2013). Several dissimilarities are used side
by side and their answers averaged. How many neighbours are asked, and how stiff the
local model is, comes from nearest-neighbour validation: known soils are predicted from
their nearest known soils, none of which shares their group.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from torch import Tensor, nn

from trainer.calibrations.calibration import Soils
from trainer.calibrations.dissimilarity import (
    DissimilarityKind,
    Embedding,
    fit_embedding,
    squared_distances,
)
from trainer.calibrations.expansion_graph import SideBySide
from trainer.calibrations.local_regression import (
    Neighbourhoods,
    answers_by_components,
)
from trainer.calibrations.memory_graph import (
    KnownSoils,
    LocalKind,
    LocalRule,
    MemoryGraph,
)
from trainer.calibrations.shared_kernel import SharedKernel, fit_views
from trainer.calibrations.target_model import believable_range
from trainer.calibrations.target_soils import TargetSoils, target_soils
from trainer.calibrations.treated_view import View, fit_view
from trainer.treatments.spectral_treatments import WIDE_TREATMENTS

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

NEIGHBOURS = (50, 100, 200)
PENALTIES = (0.0003, 0.001, 0.003, 0.01, 0.1)
MOST_COMPONENTS = 12
JUDGES = 80
"""On so many known soils the settings are judged; more change little."""

FAR = 1e30
SCANS_AT_ONCE = 64


@dataclass(frozen=True)
class MemoryBased:
    """Which dissimilarities, under which treatments, and what local model.

    Attributes:
        local: What is fitted on the neighbours.
        dissimilarities: Each gives one answer a treatment.
        treatments: Under which dissimilarities are taken.
        kernel_treatments: What the local model looks at.
        linear_share: Of the kernel; 1 makes partial least squares the usual one.
        length: Of the kernel's Matern part.
        penalties: Noise variances that local processes are tried with.
    """

    local: LocalKind = "process"
    dissimilarities: tuple[DissimilarityKind, ...] = ("pls scores", "correlation")
    treatments: tuple[str, ...] = ("variate of first derivative", "variate")
    kernel_treatments: tuple[str, ...] = WIDE_TREATMENTS
    linear_share: float = 0.5
    length: float = 2.0
    penalties: tuple[float, ...] = PENALTIES

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return "memory-based"

    def fit(self, soils: Soils, seed: int) -> "FittedMemory":
        """Choose every rule of every target."""
        with threadpool_limits(limits=1):
            columns = range(len(soils.targets))
            known = (target_soils(soils, column, seed) for column in columns)
            return FittedMemory(tuple(self._fit_target(one) for one in known))

    def _fit_target(self, soils: TargetSoils) -> MemoryGraph:
        views = fit_views(self.kernel_treatments, soils.scans)
        kernel = SharedKernel(views, self.linear_share, self.length)
        gram = kernel.known_gram()
        embeddings = list(self._embeddings(soils))
        rule = _choose_rule(soils, gram, embeddings, self)
        known = KnownSoils(kernel, soils.values, *believable_range(soils.values))
        return MemoryGraph(known, embeddings, rule).eval()

    def _embeddings(self, soils: TargetSoils) -> Iterator[Embedding]:
        rest = soils.values - soils.values.mean()
        for treatment in self.treatments:
            view = fit_view(View(treatment, is_autoscaled=False), soils.scans)
            for kind in self.dissimilarities:
                yield fit_embedding(kind, view, rest)


@dataclass(frozen=True, eq=False)
class FittedMemory:
    """One memory a target."""

    memories: tuple[MemoryGraph, ...]

    def predict(self, spectra: NDArray[np.float32]) -> Array:
        """Return one row a scan and one column a target."""
        graph = SideBySide(self.memories).eval()
        parts = range(0, len(spectra), SCANS_AT_ONCE)
        with torch.no_grad(), threadpool_limits(limits=1):
            answers = [
                graph(torch.from_numpy(spectra[start : start + SCANS_AT_ONCE]))
                for start in parts
            ]
        values: Array = torch.cat(answers).double().numpy()
        return values

    def as_graph(self) -> nn.Module:
        """Return all memories as one torch module; it carries the known soils."""
        return SideBySide([one.in_steps() for one in self.memories]).eval()


def _choose_rule(
    soils: TargetSoils,
    gram: Array,
    embeddings: Sequence[Embedding],
    settings: MemoryBased,
) -> LocalRule:
    """Return the rule whose answers' mean is least wrong on known soils."""
    judges = _judges(soils)
    orders, rooms = zip(
        *(_strangers(soils, judges, one) for one in embeddings), strict=True
    )
    truth, losses = torch.from_numpy(soils.values[judges]), {}
    for count in sorted({min(count, *rooms) for count in NEIGHBOURS}):
        at = np.concatenate([order[:, :count] for order in orders])
        near = _neighbourhoods(soils, gram, np.tile(judges, len(orders)), at)
        for rule, answers in _answers(near, settings):
            mean = answers.reshape(len(orders), -1).mean(dim=0)
            losses[rule] = float(((mean - truth) ** 2).mean())
    return min(losses, key=lambda rule: losses[rule])


def _judges(soils: TargetSoils) -> Rows:
    random = np.random.default_rng(soils.seed)
    return np.sort(random.permutation(len(soils.values))[:JUDGES])


def _strangers(
    soils: TargetSoils, judges: Rows, embedding: Embedding
) -> tuple[Rows, int]:
    """Return all soils by dissimilarity to each judge, and how many may be asked."""
    places = embedding.place(embedding.view.support)
    far = squared_distances(places[judges], places)
    names = np.array(soils.names)
    far[names[judges][:, np.newaxis] == names] = FAR
    room = int((far < FAR).sum(axis=1).min())
    return np.argsort(far, axis=1, kind="stable"), room


def _neighbourhoods(
    soils: TargetSoils, gram: Array, judges: Rows, at: Rows
) -> Neighbourhoods:
    return Neighbourhoods(
        torch.from_numpy(gram[at[:, :, np.newaxis], at[:, np.newaxis, :]]),
        torch.from_numpy(gram[judges[:, np.newaxis], at]),
        torch.from_numpy(soils.values[at]),
    )


def _answers(
    near: Neighbourhoods, settings: MemoryBased
) -> Iterator[tuple[LocalRule, Tensor]]:
    count = near.values.shape[1]
    if settings.local == "pls":
        components = min(MOST_COMPONENTS, count - 1)
        for at, answer in enumerate(answers_by_components(near, components)):
            yield LocalRule(count, settings.local, 0.0, at + 1), answer
        return
    for penalty in settings.penalties:
        rule = LocalRule(count, settings.local, penalty, 0)
        yield rule, rule.answer(near, is_exact=True)
