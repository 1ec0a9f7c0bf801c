"""A target of a farm that has too few labels to fit to: the library's own model."""

import numpy as np

from protocols.units import unit_of
from trainer.calibrations.local_difficulty import Difficulty
from trainer.calibrations.target_model import believable_range
from trainer.localisation.decision import TargetDecision
from trainer.localisation.few_labels import moved_library
from trainer.localisation.knowledge.library_knowledge import (
    LibraryKnowledge,
    TargetKnowledge,
)
from trainer.localisation.knowledge.library_model import LibraryModel
from trainer.localisation.stack_fit import LabelledFarm
from trainer.localisation.target_fit import TargetFit, linear_model
from trainer.localisation.treated_soils import TreatedSoils

LIBRARY_SPLIT = "leave-one-farm-out over the library"


def unfitted_target(
    knowledge: LibraryKnowledge, column: int, farm: LabelledFarm
) -> TargetFit:
    """Return the library's own model, moved to the level of labels if there are any."""
    known, soils = knowledge.by_target[column], farm.soils
    model = known.model
    maps, (least, most) = model.maps, (model.least, model.most)
    if len(soils):
        maps, (least, most) = moved_library(soils, model), _wider_range(model, soils)
    return TargetFit(
        model=linear_model(maps, least, most),
        memory=None,
        half_width=model.left_out.half_width,
        difficulty=Difficulty(),
        spread=_spread(known, soils),
        labels=len(soils),
        split=LIBRARY_SPLIT,
        figures=model.left_out.figures,
        decision=_decision(knowledge, column, farm),
        nested=np.zeros(0),
        nested_widths=np.zeros(0),
    )


def _decision(
    knowledge: LibraryKnowledge, column: int, farm: LabelledFarm
) -> TargetDecision:
    labels = len(farm.soils)
    near = knowledge.distances.nearest(farm.spectra) if labels else ("", float("nan"))
    return TargetDecision(
        method="level" if labels else "library",
        labels=labels,
        unit=unit_of(knowledge.targets[column]),
        hedge_error=None,
        library_share=1.0,
        experts=(),
        members=(("library", 1.0),),
        nearest_site=near[0],
        reaches=near[1],
    )


def _spread(known: TargetKnowledge, soils: TreatedSoils) -> float:
    """Return the library's spread, as wide as it must be for the farm's labels."""
    if not len(soils):
        return known.spread
    return max(known.spread, float(soils.values.std()))


def _wider_range(model: LibraryModel, soils: TreatedSoils) -> tuple[float, float]:
    """Return the library's range, as wide as it must be for the farm's labels."""
    low, high = believable_range(soils.values)
    return min(model.least, low), max(model.most, high)
