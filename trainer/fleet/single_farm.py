"""One farm by itself: whatever goes wrong is raised, not kept."""

import time
from pathlib import Path

import msgspec

from trainer.durable_files import write_durably
from trainer.fleet.farm_reading import ReadFarm
from trainer.fleet.farm_record import FarmRecord
from trainer.fleet.farm_sources import digest_of_source
from trainer.fleet.fitted_farms import fit_farms
from trainer.fleet.localisation_work import LocalisationWork
from trainer.fleet.packed_farm import FarmTask, packed
from trainer.localisation.farm_model import FarmModel

NOWHERE = "no samples"


def task_of(
    work: LocalisationWork, samples: Path | None, farm: str, out: Path
) -> FarmTask:
    """Return the task of one farm whose package goes to `out`."""
    source = digest_of_source(samples) if samples else NOWHERE
    return FarmTask(
        farm=farm,
        place=str(samples) if samples else NOWHERE,
        path=samples,
        inputs=work.inputs_digest(farm, source),
        package=out.name,
    )


def localise_farm(
    work: LocalisationWork, task: FarmTask, read: ReadFarm, out: Path
) -> tuple[FarmRecord, FarmModel]:
    """Put the farm's package at `out`; return what is told of it, and the model."""
    started = time.perf_counter()
    (model,) = fit_farms(work.knowledge, [read.soils], work.order)
    record, package = packed(work, task, read, model)
    write_durably(out, package)
    seconds = round(time.perf_counter() - started, 4)
    return msgspec.structs.replace(record, seconds=seconds), model
