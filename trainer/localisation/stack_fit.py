"""Fit the members of farms that have equally many labels, all of them together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from protocols.wavelength_grid import WavelengthGrid
from trainer.calibrations.calibration import Soils
from trainer.calibrations.member import Member
from trainer.localisation.knowledge.library_knowledge import TargetKnowledge
from trainer.localisation.members.average_member import AverageMember
from trainer.localisation.members.farm_members import FarmMembers, farm_members
from trainer.localisation.members.farm_stack import stack_of
from trainer.localisation.members.nested_answers import nested_answers, whole_fits
from trainer.localisation.treated_soils import TreatedSoils
from trainer.localisation.trust import MemberAnswers

Array = NDArray[np.float64]
Way = Literal["auto", "local"]

MANY_LABELS = 60
"""With more, choosing on labels pays, and the strong average takes the local part."""


@dataclass(frozen=True, eq=False)
class LabelledFarm:
    """A farm's soils that have the target.

    Attributes:
        soils: Treated scans and values.
        spectra: The scans as they came.
        novelty: How far each soil lies from the farm's others; none where the domain
            is the library's.
        grid: Where the scans' bands lie.
        number: The farm's place among those that are localised.
    """

    soils: TreatedSoils
    spectra: NDArray[np.float32]
    novelty: Array
    grid: WavelengthGrid
    number: int


@dataclass(frozen=True, eq=False)
class FittedMembers:
    """One farm's members before anybody judged them.

    Attributes:
        members: In the order local, shared, declared; those of one name count the same.
        names: What reports call them.
        answers: What each said of labels that it had not seen.
        way: Whether the library counts.
    """

    members: tuple[tuple[Member, ...], ...]
    names: tuple[str, ...]
    answers: MemberAnswers
    way: Way


def fit_stack(
    known: TargetKnowledge, farms: Sequence[LabelledFarm], seed: int, way: Way = "auto"
) -> list[FittedMembers]:
    """Return the members of each farm."""
    stack = stack_of([(farm.soils.treated, farm.soils.values) for farm in farms])
    members = farm_members(stack, known.latents, known.sites)
    if stack.soils > MANY_LABELS:
        members = replace(members, local=(AverageMember(_soils_of(farms)),))
    if way == "local":
        members = FarmMembers(members.local, (), ())
    everyone = (*members.local, *members.shared, *members.declared)
    answers = _by_knowledge(members, nested_answers(stack, everyone, seed))
    fits = whole_fits(stack, everyone)
    names = tuple(one.name for one in everyone)
    return [
        FittedMembers(
            tuple(one.members(at) for one in fits), names, _of_farm(answers, at), way
        )
        for at in range(len(farms))
    ]


def _soils_of(farms: Sequence[LabelledFarm]) -> list[Soils]:
    """Return the farms' labelled soils as calibrations take them."""
    return [
        Soils(
            spectra=farm.spectra,
            values=farm.soils.values[:, np.newaxis],
            groups=tuple(str(at) for at in range(len(farm.soils))),
            grid=farm.grid,
            targets=("value",),
        )
        for farm in farms
    ]


def _by_knowledge(members: FarmMembers, told: Array) -> MemberAnswers:
    local, shared = len(members.local), len(members.shared)
    declared = told[local + shared :]
    return MemberAnswers(
        told[:local],
        told[local : local + shared],
        (declared,) if len(declared) else (),
    )


def _of_farm(answers: MemberAnswers, at: int) -> MemberAnswers:
    return MemberAnswers(
        answers.local[:, at : at + 1],
        answers.shared[:, at : at + 1],
        tuple(one[:, at : at + 1] for one in answers.experts),
    )
