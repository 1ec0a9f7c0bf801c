"""Judge a farm's members: what is trusted how far, how wide, within which range."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protocols.units import unit_of
from trainer.calibrations.conformal import (
    LEVEL,
    fewest_errors,
    finite_sample_quantile,
)
from trainer.calibrations.local_difficulty import Difficulty, difficulty_among
from trainer.calibrations.member import Member
from trainer.calibrations.memory_based import FittedMemory
from trainer.calibrations.target_model import TargetModel, believable_range
from trainer.evaluation.agreement import agreement
from trainer.localisation.decision import ExpertDecision, TargetDecision
from trainer.localisation.knowledge.library_knowledge import (
    LibraryKnowledge,
    TargetKnowledge,
)
from trainer.localisation.members.value_scale import believable_ranges
from trainer.localisation.stack_fit import FittedMembers, LabelledFarm
from trainer.localisation.target_fit import AskedMemory, TargetFit
from trainer.localisation.trust import (
    MemberAnswers,
    Trusted,
    named_shares,
    trusted,
)

Array = NDArray[np.float64]

FARM_SPLIT = "nested folds over the farm's labelled soils"
FEW_SPLIT = "nested folds, few labels"
DECLARED, MEMORY = "Library in declared units", "Library's nearest soils"
HALF = 0.5
ENOUGH_TO_ASK = 0.5
"""From this weight of declared units on, the library's memory is worth its fit."""

LEAST_SHARE = 0.01
"""Members that count less are left out: with many labels a package needs no library."""

LEAST_MEMORY = 0.1
"""A memory that counts less is not worth its size in a package."""


@dataclass(frozen=True, eq=False)
class _Judged:
    """What each of a farm's members counts, and the memory if it was asked."""

    fitted: FittedMembers
    trusted: Trusted
    memory: FittedMemory | None


def judged_target(
    knowledge: LibraryKnowledge, column: int, farm: LabelledFarm, fitted: FittedMembers
) -> TargetFit:
    """Return the target's fit: what the farm's members come to together."""
    judged, memory = _trusted(knowledge, column, farm, fitted.answers)
    return _target_fit(knowledge, column, farm, _Judged(fitted, judged, memory))


def _trusted(
    knowledge: LibraryKnowledge,
    column: int,
    farm: LabelledFarm,
    own: MemberAnswers,
) -> tuple[Trusted, FittedMemory | None]:
    """Return what one farm trusts; the memory is asked where declared units pay."""
    values = farm.soils.values[np.newaxis]
    _, reaches = knowledge.distances.nearest(farm.spectra)
    judged = trusted(own, values, knowledge.rule, reaches)
    is_asked = own.experts and judged.expert_weights[0, 0] >= ENOUGH_TO_ASK
    memory = knowledge.by_target[column].memory if is_asked else None
    if memory is None:
        return judged, None
    least, most = believable_ranges(values)
    said = np.clip(memory.predict(farm.spectra).T, least, most)
    asked = MemberAnswers(own.local, own.shared, (*own.experts, said[np.newaxis]))
    return trusted(asked, values, knowledge.rule, reaches), memory


def _target_fit(
    knowledge: LibraryKnowledge, column: int, farm: LabelledFarm, judged: _Judged
) -> TargetFit:
    values, known = farm.soils.values, knowledge.by_target[column]
    nested = judged.trusted.nested[0]
    shares = judged.trusted.shares[:, 0]
    memory = _asked(judged.memory, shares)
    members, own = _counting(judged.fitted.members, shares)
    interval = _interval(known, farm, nested)
    least, most = _range(known, values, judged.trusted)
    return TargetFit(
        model=TargetModel(members, least, most, own),
        memory=memory,
        half_width=interval.half_width,
        difficulty=interval.difficulty,
        spread=float(values.std()) or known.spread,
        labels=len(values),
        split=interval.split,
        figures=agreement(values, nested),
        decision=_decision(knowledge, column, farm, judged),
        nested=nested,
        nested_widths=interval.half_width * interval.among_labelled,
    )


@dataclass(frozen=True, eq=False)
class _Interval:
    """Half of a usual soil's interval, what makes it wider, and where that is from."""

    half_width: float
    difficulty: Difficulty
    among_labelled: Array
    split: str


def _interval(known: TargetKnowledge, farm: LabelledFarm, nested: Array) -> _Interval:
    if len(nested) < fewest_errors(LEVEL):
        usual = known.model.left_out.half_width
        return _Interval(usual, Difficulty(), np.ones(len(nested)), FEW_SPLIT)
    difficulty = difficulty_among(farm.novelty, nested)
    among = difficulty.of(farm.novelty, nested)
    scores = np.abs(nested - farm.soils.values) / among
    usual = finite_sample_quantile(scores, LEVEL)
    return _Interval(usual, difficulty, among, FARM_SPLIT)


def _counting(
    members: Sequence[tuple[Member, ...]], shares: Array
) -> tuple[tuple[Member, ...], tuple[float, ...]]:
    """Return the members that count for something, and what; the rest weigh nothing."""
    own = shares[: len(members)]
    own = np.where(own >= LEAST_SHARE * own.sum(), own, 0.0)
    told = [
        (member, float(share) / len(same))
        for same, share in zip(members, own / own.sum(), strict=True)
        for member in same
        if share
    ]
    return tuple(one for one, _ in told), tuple(share for _, share in told)


def _range(
    known: TargetKnowledge, values: Array, judged: Trusted
) -> tuple[float, float]:
    """Return what may be told: the labels' range, and the library's if it is believed.

    A few labels do not reach as far as their farm does. Where declared units were
    trusted with more than half, the library knows how far that is.
    """
    least, most = believable_range(values)
    if _expert_shares(judged).sum() <= HALF:
        return least, most
    return min(least, known.model.least), max(most, known.model.most)


def _asked(memory: FittedMemory | None, shares: Array) -> AskedMemory | None:
    if memory is None or shares[-1] < LEAST_MEMORY:
        return None
    return AskedMemory(memory.memories[0], float(shares[-1]))


def _decision(
    knowledge: LibraryKnowledge, column: int, farm: LabelledFarm, judged: _Judged
) -> TargetDecision:
    whole = judged.trusted
    names = list(judged.fitted.names) + ([MEMORY] if judged.memory else [])
    shares = named_shares(names, whole.shares[:, 0])
    near, reaches = knowledge.distances.nearest(farm.spectra)
    local = whole.shares[: len(judged.fitted.answers.local), 0].sum()
    return TargetDecision(
        method=judged.fitted.way,
        labels=len(farm.soils),
        unit=unit_of(knowledge.targets[column]),
        hedge_error=float(whole.hedge_error[0]),
        library_share=1 - float(local),
        experts=tuple(
            ExpertDecision(name, float(error), float(share))
            for name, error, share in zip(
                (DECLARED, MEMORY),
                whole.expert_errors[:, 0],
                _expert_shares(whole),
                strict=False,
            )
        ),
        members=shares,
        nearest_site=near,
        reaches=reaches,
    )


def _expert_shares(whole: Trusted) -> Array:
    """Return what each expert counts beyond its place in the hedge."""
    weights = whole.expert_weights[:, 0]
    found: Array = weights / (1 + weights.sum())
    return found
