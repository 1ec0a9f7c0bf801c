"""A fleet: what is not done yet, in chunks over the engine, one record a farm.

Chunks hold farms of about one size, which are likely of one shape. A chunk that is lost
as a whole (a process killed for memory) is tried again farm by farm, so that only the
farm that costs too much is lost.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from trainer.engine.engine import EngineChoice, do_jobs
from trainer.engine.job import Done, Job, Work
from trainer.fleet.farm_record import FarmRecord
from trainer.fleet.farm_sources import FarmSource, digest_of_source
from trainer.fleet.fleet_chunk import FleetWork, do_chunk, failed_record
from trainer.fleet.fleet_ledger import FleetLedger
from trainer.fleet.packed_farm import FarmTask

MOST_IN_A_CHUNK = 32
CHUNKS_A_WORKER = 4
"""Enough that no worker waits long for the last one."""

Told = Callable[[FarmRecord | None], None]
"""Told of every farm: its record, or nothing for one that was done before."""

Chunk = tuple[FarmTask, ...]


@dataclass(frozen=True)
class FleetTotals:
    """How many farms have a package now, had one before, and have none."""

    done: int
    reused: int
    failed: int


def localise_fleet(
    work: FleetWork, sources: Sequence[FarmSource], engine: EngineChoice, tell: Told
) -> FleetTotals:
    """Give every farm its package, as far as it has none from the same inputs."""
    ledger = FleetLedger(work.out)
    counts = {"done": 0, "failed": 0}
    try:
        for record in _records(work, _left(work, sources, ledger, tell), engine):
            ledger.add(record)
            counts[record.outcome] += 1
            tell(record)
    finally:
        ledger.close()
    reused = len(sources) - counts["done"] - counts["failed"]
    return FleetTotals(counts["done"], reused, counts["failed"])


def _left(
    work: FleetWork, sources: Sequence[FarmSource], ledger: FleetLedger, tell: Told
) -> Iterator[FarmTask]:
    """Yield the farms that are to be localised; tell of the others."""
    for source in sources:
        found = digest_of_source(source.path)
        inputs = work.shared.inputs_digest(source.farm, found)
        if ledger.has(source.farm, inputs):
            tell(None)
            continue
        package = f"{source.farm}.terroir"
        yield FarmTask(source.farm, source.place, source.path, inputs, package)


def _records(
    work: FleetWork, tasks: Iterator[FarmTask], engine: EngineChoice
) -> Iterator[FarmRecord]:
    lost: list[FarmTask] = []
    every = list(tasks)
    for outcome in do_jobs(Work(do_chunk, work), _chunks(every, engine), engine):
        if isinstance(outcome, Done):
            yield from outcome.answer
        else:
            lost += outcome.job.task
    alone: list[Job[Chunk]] = [Job(task.farm, (task,)) for task in lost]
    if not alone:
        return
    for outcome in do_jobs(Work(do_chunk, work), alone, engine):
        if isinstance(outcome, Done):
            yield from outcome.answer
        else:
            (task,) = outcome.job.task
            yield failed_record(task, outcome.reason, outcome.traceback, 0.0)


def _chunks(tasks: Sequence[FarmTask], engine: EngineChoice) -> Iterator[Job[Chunk]]:
    even = -(-len(tasks) // (engine.workers * CHUNKS_A_WORKER))
    size = max(1, min(even, MOST_IN_A_CHUNK))
    for start in range(0, len(tasks), size):
        chunk = tuple(tasks[start : start + size])
        yield Job(f"farms from {chunk[0].farm}", chunk)
