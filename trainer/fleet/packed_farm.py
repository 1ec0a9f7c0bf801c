"""From a farm's fitted model to its package and its record."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from protocols.model_package import digest_of
from trainer.export.exporter import Exporter
from trainer.fleet.farm_reading import ReadFarm
from trainer.fleet.farm_record import FarmRecord
from trainer.fleet.fitted_farms import taught_by
from trainer.fleet.localisation_work import LocalisationWork
from trainer.fleet.told_model import told_targets
from trainer.localisation.farm_model import FarmModel
from trainer.localisation.package.farm_package import pack_farm_model

NO_LABELS = (
    "no soil of this farm has a value yet: the model is the library's alone and its "
    "interval is wide; label some soils and localise again"
)
FEWEST_ALIKE = 3

_EXPORTER = Exporter()
"""Of this process: later farms have the structures of earlier ones."""


@dataclass(frozen=True)
class FarmTask:
    """One farm to localise.

    Attributes:
        farm: The name in its package.
        place: What its source is called.
        path: Where its soils are; None for a farm that has none yet.
        inputs: The sha256 of what its package follows from.
        package: The file that its package is put into.
    """

    farm: str
    place: str
    path: Path | None
    inputs: str
    package: str


def packed(
    work: LocalisationWork,
    task: FarmTask,
    read: ReadFarm,
    model: FarmModel,
) -> tuple[FarmRecord, bytes]:
    """Return the farm's record, without the time it took, and its package."""
    order, soils = work.order.package_order(task.farm), read.soils
    taught = taught_by(soils, work.order)
    package = pack_farm_model(model, work.knowledge, taught, order, _EXPORTER)
    record = FarmRecord(
        farm=task.farm,
        source=task.place,
        inputs=task.inputs,
        outcome="done",
        seconds=0.0,
        targets=told_targets(model, work.knowledge.targets),
        package=task.package,
        digest=digest_of(package),
        warnings=_warnings(work, read),
        remarks=read.remarks,
    )
    return record, package


def _warnings(work: LocalisationWork, read: ReadFarm) -> tuple[str, ...]:
    nothing = () if read.soils.samples else (NO_LABELS,)
    constant = _constants(read, work.knowledge.targets)
    return (*nothing, *constant, *_own(work, read), *work.doubts(read))


def _own(work: LocalisationWork, read: ReadFarm) -> Iterator[str]:
    """Yield a warning if the library knows the farm's soils already."""
    count = work.scans.count(read.soils.spectra) if work.scans else 0
    if count:
        yield (
            f"{count} of its scans are in the library: its error is told too small; "
            "take its soils out of the library and localise again"
        )


def _constants(read: ReadFarm, targets: tuple[str, ...]) -> Iterator[str]:
    """Yield a warning for each target whose labels are all the same."""
    for target, column in zip(targets, read.soils.values.T, strict=True):
        known = column[np.isfinite(column)]
        if known.size >= FEWEST_ALIKE and known.min() == known.max():
            yield (
                f"all {known.size} values of {target} are {known[0]:g}: they tell the "
                "farm's level and nothing of what varies in it; check the column"
            )
