"""A farm's model: the library's alone, or localised by the farm's own labels.

Farms that have equally many labels are localised together, by the same lines as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from torch import nn

from trainer.calibrations.applicability_domain import ApplicabilityDomain
from trainer.calibrations.calibrated_model import AnswerRange, CalibratedModel
from trainer.localisation.decision import TargetDecision
from trainer.localisation.farm_domain import FarmDomain, farm_domain
from trainer.localisation.farm_judgement import judged_target
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.few_labels import FEWEST_TO_FIT
from trainer.localisation.knowledge.library_knowledge import LibraryKnowledge
from trainer.localisation.stack_fit import LabelledFarm, Way, fit_stack
from trainer.localisation.target_fit import TargetFit
from trainer.localisation.told_target import ToldTargets
from trainer.localisation.treated_soils import Treated, analysed, treat_all
from trainer.localisation.unfitted_target import unfitted_target

Array = NDArray[np.float64]

FARMS_AT_ONCE = 16
"""More stacked together would only take memory."""


@dataclass(frozen=True, eq=False)
class FarmModel:
    """A fitted model before it is exported."""

    fits: tuple[TargetFit, ...]
    domain: FarmDomain

    @property
    def decisions(self) -> tuple[TargetDecision, ...]:
        """What was trusted and why, one a target."""
        return tuple(fit.decision for fit in self.fits)


def localise(
    knowledge: LibraryKnowledge, farm: FarmSoils, seed: int = 0, way: Way = "auto"
) -> FarmModel:
    """Fit every target of the library to the farm, as far as its labels reach."""
    return localise_many(knowledge, [farm], seed, way)[0]


def localise_many(
    knowledge: LibraryKnowledge,
    farms: Sequence[FarmSoils],
    seed: int = 0,
    way: Way = "auto",
) -> list[FarmModel]:
    """Localise farms, those of one shape together; one by one they come out the same.

    Args:
        knowledge: What the library taught.
        farms: Whose labels are fitted to.
        seed: Seeds the folds.
        way: Whether the library counts (`auto`), or labels alone do (`local`).
    """
    # On matrices this small a second thread only waits: three times slower on a busy
    # machine of two cores.
    with threadpool_limits(limits=1):
        seen = [_seen(knowledge, farm, seed) for farm in farms]
        columns = [
            _fit_target(knowledge, seen, column, (seed, way))
            for column in range(len(knowledge.targets))
        ]
    return [
        FarmModel(tuple(fits), one.domain)
        for fits, one in zip(zip(*columns, strict=True), seen, strict=True)
    ]


def as_module(model: FarmModel) -> CalibratedModel:
    """Return the model as the torch module that is exported."""
    fits = model.fits
    answers = AnswerRange(
        intercept=np.zeros(len(fits)),
        least=np.array([fit.model.least for fit in fits]),
        most=np.array([fit.model.most for fit in fits]),
        half_width=_widths(fits, "constant"),
        by_novelty=_widths(fits, "by_novelty"),
        by_value=_widths(fits, "by_value"),
    )
    domain = ApplicabilityDomain(model.domain.axes, model.domain.edge)
    told: nn.Module = ToldTargets(
        [fit.model for fit in fits], [fit.memory for fit in fits]
    )
    return CalibratedModel([told], answers, domain).eval()


def _widths(
    fits: Sequence[TargetFit],
    part: Literal["constant", "by_novelty", "by_value"],
) -> Array:
    """Return what one part of difficulty adds to half of each target's interval."""
    return np.array([fit.half_width * getattr(fit.difficulty, part) for fit in fits])


@dataclass(frozen=True, eq=False)
class _SeenFarm:
    """A farm's soils as all targets see them."""

    soils: FarmSoils
    treated: Treated
    domain: FarmDomain

    def labelled(
        self, column: int, knowledge: LibraryKnowledge, number: int
    ) -> LabelledFarm:
        """Return the soils that have the target in `column`."""
        values = self.soils.values[:, column]
        known = np.isfinite(values)
        novelty = self.domain.left_out
        return LabelledFarm(
            soils=analysed(self.treated, values),
            spectra=self.soils.spectra[known],
            novelty=novelty[known] if len(novelty) else novelty,
            grid=knowledge.grid,
            number=number,
        )


def _seen(knowledge: LibraryKnowledge, farm: FarmSoils, seed: int) -> _SeenFarm:
    domain = farm_domain(knowledge.domain, farm, seed)
    return _SeenFarm(farm, treat_all(farm.spectra), domain)


def _fit_target(
    knowledge: LibraryKnowledge,
    farms: Sequence[_SeenFarm],
    column: int,
    how: tuple[int, Way],
) -> list[TargetFit]:
    labelled = [farm.labelled(column, knowledge, at) for at, farm in enumerate(farms)]
    fits: dict[int, TargetFit] = {}
    for shape, alike in groupby(sorted(labelled, key=_shape), key=_shape):
        same = list(alike)
        if shape[0] < FEWEST_TO_FIT:
            for one in same:
                fits[one.number] = unfitted_target(knowledge, column, one)
            continue
        for start in range(0, len(same), FARMS_AT_ONCE):
            some = same[start : start + FARMS_AT_ONCE]
            stack = fit_stack(knowledge.by_target[column], some, *how)
            for one, fitted in zip(some, stack, strict=True):
                fits[one.number] = judged_target(knowledge, column, one, fitted)
    return [fits[at] for at in range(len(farms))]


def _shape(farm: LabelledFarm) -> tuple[int, bool]:
    """Return what farms that are stacked have in common."""
    values = farm.soils.values
    return len(values), bool(len(values) and values.min() > 0)
