"""One farm by itself: whatever goes wrong is raised, not kept."""

import time
from pathlib import Path

import msgspec

from trainer.durable_files import write_durably
from trainer.export.graph_template import GraphTemplates
from trainer.fleet.farm_reading import read_farm
from trainer.fleet.farm_record import FarmRecord
from trainer.fleet.farm_sources import digest_of_source
from trainer.fleet.localisation_work import LocalisationWork
from trainer.fleet.packed_farm import FarmTask, packed
from trainer.localisation.farm_model import localise

NOWHERE = "no samples"


def localise_farm(
    work: LocalisationWork, samples: Path | None, farm: str, out: Path
) -> FarmRecord:
    """Put the farm's package at `out` and return what is told of it."""
    started, knowledge = time.perf_counter(), work.knowledge
    read = read_farm(samples, knowledge.grid, knowledge.targets)
    source = digest_of_source(samples) if samples else NOWHERE
    task = FarmTask(
        farm=farm,
        place=str(samples) if samples else NOWHERE,
        path=samples,
        inputs=work.order.inputs_digest(knowledge.digest, farm, source),
        package=out.name,
    )
    model = localise(knowledge, read.soils, work.order.seed)
    record, package = packed(work, task, read, model, GraphTemplates())
    write_durably(out, package)
    seconds = round(time.perf_counter() - started, 4)
    return msgspec.structs.replace(record, seconds=seconds)
