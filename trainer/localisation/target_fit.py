"""One target of a farm's model: what answers, within what, how wrong, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.linear_map import LinearMap
from trainer.calibrations.local_difficulty import Difficulty
from trainer.calibrations.member import LinearTerm, Member
from trainer.calibrations.memory_based import FittedMemory
from trainer.calibrations.memory_graph import MemoryGraph
from trainer.calibrations.target_model import TargetModel
from trainer.calibrations.treated_view import FittedView
from trainer.evaluation.agreement import Agreement
from trainer.localisation.decision import TargetDecision
from trainer.treatments.spectral_treatments import TREATMENTS

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AskedMemory:
    """The library's memory, and what it counts against all members."""

    graph: MemoryGraph
    share: float


@dataclass(frozen=True, eq=False)
class TargetFit:
    """One target of a farm's model.

    Attributes:
        model: The members and the range they keep within.
        memory: The library's memory beside them, where it was trusted.
        half_width: Half of the interval of a usual soil.
        difficulty: How much wider than that other soils' intervals are.
        spread: Standard deviation of the soils learned from.
        labels: How many of the farm's soils were used.
        split: On which soils `figures` and the interval were measured.
        figures: Agreement on soils left out.
        decision: What was trusted and why.
        nested: What soils were told to be by fits without them, none with few labels.
        nested_widths: Half of the intervals of those; none where `nested` has none.
    """

    model: TargetModel
    memory: AskedMemory | None
    half_width: float
    difficulty: Difficulty
    spread: float
    labels: int
    split: str
    figures: Agreement
    decision: TargetDecision
    nested: Array
    nested_widths: Array

    def half_widths(self, novelty: Array, told: Array) -> Array:
        """Return half of each soil's interval."""
        return self.half_width * self.difficulty.of(novelty, told)

    def answer(self, scans: NDArray[np.float32]) -> Array:
        """Return what the target's graph answers, without its interval."""
        told = self.model.predict(scans)
        if self.memory is None:
            return told
        asked = FittedMemory((self.memory.graph,)).predict(scans)[:, 0]
        mixed = (1 - self.memory.share) * told + self.memory.share * asked
        kept: Array = np.clip(mixed, self.model.least, self.model.most)
        return kept


def linear_model(maps: Sequence[LinearMap], least: float, most: float) -> TargetModel:
    """Return the mean of one linear map a treatment as a model of one member."""
    share = 1 / len(maps)
    terms = tuple(
        LinearTerm(_plain_view(name, one.coefficients.size), one.coefficients * share)
        for name, one in zip(TREATMENTS, maps, strict=True)
    )
    intercept = float(np.mean([one.intercept for one in maps]))
    return TargetModel((Member(terms, intercept),), least, most)


def _plain_view(treatment: str, bands: int) -> FittedView:
    return FittedView(treatment, np.zeros(bands), np.ones(bands), np.zeros((0, bands)))
