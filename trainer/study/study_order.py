"""What a study has to do: arms, farms, label counts, seeds, and what is still left.

Nothing here touches a disk or fits a model. Work goes seed by seed, so that a study
that is stopped early has compared all arms on the same draws; neighbouring jobs are of
different farms, so that jobs done at once seldom wait for the same pretrained network.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from trainer.calibrations.calibration import Soils
from trainer.errors import EvaluationError
from trainer.evaluation.evaluation_run import refuse_unanalysed
from trainer.evaluation.soils_of_library import soils_of
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.transfer_arms.arm_catalogue import ArmSettings, arm_of
from trainer.localisation.transfer_arms.transfer_arm import TransferArm
from trainer.study.label_draw import DrawOrder, LabelDraw, draw_labels

LOCAL = "local:"
FEWEST_FARMS = 2


@dataclass(frozen=True)
class StudyOrder:
    """What is to be compared.

    Attributes:
        arms: Their names in the catalogue.
        farms: Each in turn is the customer, all others its library.
        labels: How many of a farm's soils are labelled.
        seeds: How many draws of labels, from seed 0 on.
        reserved: How many soils are set aside for labelling; the rest are judged.
            None for as many as the largest number of labels.
        reference: The arm that others are set against where they have no local arm of
            the same calibration; empty for `average` or the first local arm.
    """

    arms: tuple[str, ...]
    farms: tuple[str, ...]
    labels: tuple[int, ...]
    seeds: int = 3
    reserved: int | None = None
    reference: str = ""

    def __post_init__(self) -> None:
        """Refuse an order of nothing, or of more labels than are set aside."""
        counts = len(self.arms), len(self.farms), len(self.labels), self.seeds
        if min(counts) < 1 or min(self.labels) < 0:
            raise EvaluationError(
                "expected an arm, a farm, a number of labels and a seed or more, found "
                "{} arms, {} farms, {} numbers of labels, {} seeds".format(*counts)
            )
        if self.set_aside < max(self.labels):
            raise EvaluationError(
                f"expected at least {max(self.labels)} soils set aside for labelling, "
                f"found {self.set_aside}; set more aside or ask for fewer labels"
            )

    @property
    def set_aside(self) -> int:
        """How many soils of a farm are kept for labelling."""
        return max(self.labels) if self.reserved is None else self.reserved


@dataclass(frozen=True)
class StudyTask:
    """One fit to make and judge; no labels for an arm that learns from none."""

    arm: str
    farm: str
    labels: int
    seed: int


@dataclass(frozen=True, eq=False)
class Study:
    """An order, the soils that it is about, and how arms are fitted.

    Attributes:
        library: All farms.
        targets: OSSL names of the properties told.
        order: Which arms, farms, label counts and seeds.
        settings: How arms are fitted.
    """

    library: SpectralLibrary
    targets: tuple[str, ...]
    order: StudyOrder
    settings: ArmSettings

    def __post_init__(self) -> None:
        """Refuse unknown arms and farms, and too few soils, before any fit is made."""
        for name in self.order.arms:
            arm_of(name, self.settings)
        if len(self.library.farm_names) < FEWEST_FARMS:
            raise EvaluationError(
                f"expected {FEWEST_FARMS} farms or more, so that others are a library "
                f"to each, found {', '.join(self.library.farm_names)}; import more"
            )
        refuse_unanalysed(self.soils)
        for farm in self.order.farms:
            self.library.only_farm(farm)
            self.draw(StudyTask("", farm, min(self.order.labels), 0))

    @cached_property
    def soils(self) -> Soils:
        """All soils with the targets asked for."""
        return soils_of(self.library, self.targets)

    def arm(self, name: str) -> TransferArm:
        """Return the arm of this name."""
        return arm_of(name, self.settings)

    def draw(self, task: StudyTask) -> LabelDraw:
        """Return the soils that the task is shown, and those that it is judged by."""
        order = DrawOrder(task.farm, task.labels, self.order.set_aside, task.seed)
        return draw_labels(self._with_targets, order)

    def library_of(self, draw: LabelDraw) -> SpectralLibrary:
        """Return the library that the task is shown."""
        mask = np.zeros(len(self.library.soils), dtype=bool)
        mask[draw.library] = True
        return self._with_targets.where(mask)

    @cached_property
    def _with_targets(self) -> SpectralLibrary:
        return replace(self.library, targets=self.targets, values=self.soils.values)

    def task_for(self, arm: str, farm: str, labels: int, seed: int) -> StudyTask:
        """Return the task whose answers these are; without labels, all counts share."""
        shown = labels if self.arm(arm).learns_from_labels else 0
        return StudyTask(arm, farm, shown, seed)

    def tasks(self) -> tuple[StudyTask, ...]:
        """Return every fit that the order asks for, each once."""
        return tuple(dict.fromkeys(self._all_tasks()))

    def _all_tasks(self) -> Iterator[StudyTask]:
        order = self.order
        for seed in range(order.seeds):
            for labels in order.labels:
                for arm in order.arms:
                    for farm in order.farms:
                        yield self.task_for(arm, farm, labels, seed)


def local_counterpart(arm: str, order: StudyOrder) -> str:
    """Return what `arm` is set against: the local arm of its calibration, if asked for.

    Others, such as averages of arms, are set against the order's reference.
    """
    own = LOCAL + arm.rpartition(":")[2]
    if own in order.arms and "+" not in arm:
        return own
    if order.reference:
        return order.reference
    local = [one for one in order.arms if one == "average" or one.startswith(LOCAL)]
    return "average" if "average" in local else next(iter(local), "")
