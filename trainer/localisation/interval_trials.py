"""Measure how intervals hold: leave farms out of a library, localise, and look.

Every figure comes from the module that is exported, on soils that taught neither the
library nor the farm. Neither a farm's neighbours in the library nor its labels know
anything of them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.farm_model import FarmModel, as_module, localise_many
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.knowledge.interval_trial import IntervalTrial
from trainer.localisation.knowledge.library_knowledge import (
    LibraryKnowledge,
    learn_library,
)

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

FEWEST_LABELS = 9
LABELS = (0, FEWEST_LABELS, 15, 30, 60)
"""No label: the library's own width. Nine: the fewest that carry a farm's own."""

FEWEST_JUDGED = 12
MOST_JUDGED = 200
"""Judging more soils of one draw costs time and tells little more."""

Told = Callable[[str], None]


@dataclass(frozen=True)
class TrialPlan:
    """How much is tried.

    Attributes:
        farms: How many farms are left out at most, one at a time.
        draws: How often labels are drawn on each.
        labels: How many soils are labelled.
        seed: Seeds the draws.
    """

    farms: int = 8
    draws: int = 2
    labels: tuple[int, ...] = LABELS
    seed: int = 0


PLAN = TrialPlan()


def with_measured_intervals(
    knowledge: LibraryKnowledge,
    library: SpectralLibrary,
    plan: TrialPlan = PLAN,
    tell: Told = lambda _: None,
) -> LibraryKnowledge:
    """Return knowledge of this library that says how intervals held on its farms.

    `tell` is called with the name of each farm that is done.
    """
    keeps = knowledge.library is not None
    trials = try_intervals(library, plan, keeps_samples=keeps, tell=tell)
    return replace(knowledge, trials=trials)


def try_intervals(
    library: SpectralLibrary,
    plan: TrialPlan = PLAN,
    *,
    keeps_samples: bool = True,
    tell: Told = lambda _: None,
) -> tuple[IntervalTrial, ...]:
    """Return one trial for each farm left out, target, and number of labels."""
    trials: list[IntervalTrial] = []
    for name in farms_to_try(library, plan):
        others = learn_library(library.without_farm(name), keeps_samples=keeps_samples)
        own = library.only_farm(name)
        for column in range(len(library.targets)):
            rows = np.flatnonzero(np.isfinite(own.values[:, column]))
            trials.extend(_trials_of(_LeftOutFarm(others, own, column, rows), plan))
        tell(name)
    return tuple(trials)


def farms_to_try(library: SpectralLibrary, plan: TrialPlan = PLAN) -> list[str]:
    """Return farms large enough to judge that others can stand in for, evenly taken."""
    found = [name for name in library.farm_names if _can_be_left_out(library, name)]
    if len(found) <= plan.farms:
        return found
    places = np.linspace(0, len(found) - 1, plan.farms).round().astype(int)
    return [found[at] for at in places]


def _can_be_left_out(library: SpectralLibrary, name: str) -> bool:
    is_own = np.array([farm == name for farm in library.farms])
    known = np.isfinite(library.values)
    fewest = FEWEST_JUDGED + FEWEST_LABELS
    can_be_judged = (known[is_own].sum(axis=0) >= fewest).any()
    # Whoever is left must still be able to teach every target.
    return bool(can_be_judged and known[~is_own].any(axis=0).all())


@dataclass(frozen=True, eq=False)
class _LeftOutFarm:
    """A farm that is left out, for one target.

    Attributes:
        others: What the library's other farms taught.
        own: The farm's soils.
        column: Which target.
        rows: Which soils have it.
    """

    others: LibraryKnowledge
    own: SpectralLibrary
    column: int
    rows: Rows

    @property
    def spread(self) -> float:
        """Standard deviation of the farm's values."""
        return float(self.own.values[self.rows, self.column].std())

    def orders(self, draws: int, seed: int) -> list[Rows]:
        """Return the soils in a new order each draw: the first of them are labelled."""
        return [
            np.random.default_rng((seed, draw)).permutation(self.rows)
            for draw in range(draws)
        ]

    def labelled(self, rows: Rows) -> FarmSoils:
        """Return soils of which nothing is known but the target."""
        values = np.full((len(rows), len(self.own.targets)), np.nan)
        values[:, self.column] = self.own.values[rows, self.column]
        samples = tuple(self.own.soils[row] for row in rows)
        return FarmSoils(samples, self.own.spectra[rows], values)

    def trial(self, labels: int, orders: Sequence[Rows]) -> IntervalTrial:
        """Localise once for each order, and judge soils that were not labelled."""
        farms = [self.labelled(order[:labels]) for order in orders]
        models = localise_many(self.others, farms)
        told = [
            self._judged(model, order[labels:][:MOST_JUDGED])
            for model, order in zip(models, orders, strict=True)
        ]
        return IntervalTrial(
            farm=self.own.farm_names[0],
            target=self.own.targets[self.column],
            labels=labels,
            soils=sum(len(held) for held, _ in told),
            coverage=float(np.mean(np.concatenate([held for held, _ in told]))),
            width=float(np.mean(np.concatenate([width for _, width in told]))),
        )

    def _judged(self, model: FarmModel, rows: Rows) -> tuple[Array, Array]:
        """Return which soils lie inside, and how wide their intervals are."""
        truth = self.own.values[rows, self.column]
        with torch.no_grad():
            answers = as_module(model)(torch.from_numpy(self.own.spectra[rows]))
        low, high = (one[:, self.column].double().numpy() for one in answers[1:3])
        held = (low <= truth) & (truth <= high)
        return held.astype(float), (high - low) / self.spread


def _trials_of(farm: _LeftOutFarm, plan: TrialPlan) -> Iterator[IntervalTrial]:
    if len(farm.rows) < FEWEST_JUDGED or not farm.spread:
        return
    for labels in plan.labels:
        if len(farm.rows) - labels >= FEWEST_JUDGED:
            draws = plan.draws if labels else 1
            yield farm.trial(labels, farm.orders(draws, plan.seed))
