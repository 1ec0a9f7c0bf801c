"""Some farms in one process: read, localise those of one shape together, pack, write.

A farm that cannot be read, fitted or packed is a record with its reason; where farms
that were fitted together fail, each is tried by itself, so that it is told which.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

from trainer.durable_files import write_all_durably
from trainer.engine.one_job import refusal_of
from trainer.fleet.farm_reading import ReadFarm, read_farm
from trainer.fleet.farm_record import FarmRecord
from trainer.fleet.fitted_farms import fit_farms
from trainer.fleet.localisation_work import LocalisationWork
from trainer.fleet.packed_farm import FarmTask, packed
from trainer.localisation.farm_model import FarmModel

Found = TypeVar("Found")


@dataclass(frozen=True, eq=False)
class FleetWork:
    """What all chunks share, and where packages go."""

    shared: LocalisationWork
    out: Path


@dataclass(frozen=True, eq=False)
class _Farm:
    """A farm on its way to a package, and the time it has taken."""

    task: FarmTask
    read: ReadFarm
    seconds: float

    @property
    def shape(self) -> tuple[int, ...]:
        """How many soils teach each target."""
        known = np.isfinite(self.read.soils.values)
        return (len(known), *map(int, known.sum(axis=0)))


def do_chunk(work: FleetWork, chunk: tuple[FarmTask, ...]) -> tuple[FarmRecord, ...]:
    """Return what became of each farm; its package is on disk then."""
    failed: list[FarmRecord] = []
    whole = sorted(_read_all(work, chunk, failed), key=lambda one: one.shape)
    packages: dict[str, bytes] = {}
    records = []
    for _, alike in groupby(whole, key=lambda one: one.shape):
        for farm, model in _fitted(work, list(alike), failed):
            for record, package in _packed(work, farm, model, failed):
                packages[farm.task.package] = package
                records.append(record)
    write_all_durably(work.out, packages)
    return (*records, *failed)


def _read_all(
    work: FleetWork, chunk: Sequence[FarmTask], failed: list[FarmRecord]
) -> Iterator[_Farm]:
    knowledge = work.shared.knowledge
    for task in chunk:

        def read(task: FarmTask = task) -> ReadFarm:
            return read_farm(task.path, knowledge.grid, knowledge.targets)

        for found, seconds in _tried(read, task, failed):
            yield _Farm(task, found, seconds)


def _fitted(
    work: FleetWork, farms: Sequence[_Farm], failed: list[FarmRecord]
) -> Iterator[tuple[_Farm, FarmModel]]:
    """Yield the farms with their models; where one spoils all, fit each alone."""
    started = time.perf_counter()
    try:
        models = _fit(work, farms)
    except Exception as error:  # noqa: BLE001 - told by name; the others go on
        if len(farms) == 1:
            failed.append(_failure(farms[0].task, error, started))
            return
        for farm in farms:
            yield from _fitted(work, [farm], failed)
        return
    share = (time.perf_counter() - started) / len(farms)
    for farm, model in zip(farms, models, strict=True):
        yield replace(farm, seconds=farm.seconds + share), model


def _fit(work: FleetWork, farms: Sequence[_Farm]) -> list[FarmModel]:
    soils = [farm.read.soils for farm in farms]
    return fit_farms(work.shared.knowledge, soils, work.shared.order)


def _packed(
    work: FleetWork, farm: _Farm, model: FarmModel, failed: list[FarmRecord]
) -> Iterator[tuple[FarmRecord, bytes]]:
    def pack() -> tuple[FarmRecord, bytes]:
        return packed(work.shared, farm.task, farm.read, model)

    for (record, package), seconds in _tried(pack, farm.task, failed):
        taken = round(farm.seconds + seconds, 4)
        yield msgspec.structs.replace(record, seconds=taken), package


def _tried(
    do: Callable[[], Found], task: FarmTask, failed: list[FarmRecord]
) -> Iterator[tuple[Found, float]]:
    """Yield what `do` returns and the seconds it took, or keep why it does not."""
    started = time.perf_counter()
    try:
        found = do()
    except Exception as error:  # noqa: BLE001 - told by name; the others go on
        failed.append(_failure(task, error, started))
        return
    yield found, time.perf_counter() - started


def _failure(task: FarmTask, error: Exception, started: float) -> FarmRecord:
    refused = refusal_of(error)
    return failed_record(
        task, refused.reason, refused.traceback, time.perf_counter() - started
    )


def failed_record(
    task: FarmTask, reason: str, traceback: str, seconds: float
) -> FarmRecord:
    """Return the record of a farm that has no package."""
    return FarmRecord(
        farm=task.farm,
        source=task.place,
        inputs=task.inputs,
        outcome="failed",
        seconds=round(seconds, 4),
        reason=reason,
        traceback=traceback,
    )
