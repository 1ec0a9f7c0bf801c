"""What a fleet costs: farms a minute on two cores, against one farm after another.

`python -m tests.benchmarks.fleet_speed` makes farms of 30 labels from the soils of one
LimeSoDa set, with the other sets as the library, and measures in one run, packages
included: each farm by itself with the shared work redone, as the single command does
it; each farm by itself with the shared work held; and the fleet. The cost of a farm is
the median over a fleet of what its records say; starting processes and the first export
of a structure come once and are told apart. `TERROIR_BENCH_SLOW=1` adds 10,000 farms,
from knowledge that keeps no soil of the library: packages with some take 7 MB each.
"""

import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from threadpoolctl import threadpool_limits

from tests.benchmarks.__main__ import table_of
from tests.benchmarks.made_farms import write_farms
from tests.benchmarks.measurement import Measurement, at_least, at_most, observed
from trainer.engine.engine import EngineChoice
from trainer.export.exporter import Exporter
from trainer.fleet import packed_farm
from trainer.fleet.farm_reading import read_farm
from trainer.fleet.farm_record import FarmRecord
from trainer.fleet.farm_sources import FarmSource, farms_of
from trainer.fleet.fleet_chunk import FleetWork
from trainer.fleet.fleet_run import localise_fleet
from trainer.fleet.localisation_order import LocalisationOrder
from trainer.fleet.localisation_work import LocalisationWork, work_of_library
from trainer.fleet.single_farm import localise_farm, task_of
from trainer.library.limesoda import limesoda_library, usable_farms
from trainer.library.opened_soils import open_library
from trainer.library.parquet_table import write_library
from trainer.localisation.package.farm_package import make_farm_package

LABELS = 30
MADE_FROM = "ul-120"
ALONE = 3
"""Farms done one after another; their median is told."""

FLEETS = (10, 100, 1000)
SLOW_FLEET = 10_000
WITHIN_S = 180.0
ORDER = LocalisationOrder("bench", "auto", 0, datetime(2026, 1, 1, tzinfo=UTC))
TWO = EngineChoice(at_once=2)


@dataclass(frozen=True)
class FleetCost:
    """What one fleet took.

    Attributes:
        farms: How many.
        wall_s: From nothing but files to the last package.
        farm_s: What a farm took of one core, the median.
    """

    farms: int
    wall_s: float
    farm_s: float


def bench_rows() -> list[Measurement]:
    """Return the table's rows."""
    is_slow = os.environ.get("TERROIR_BENCH_SLOW") == "1"
    with TemporaryDirectory(prefix="terroir-fleet-") as name:
        folder = Path(name)
        _prepare(folder, SLOW_FLEET if is_slow else max(FLEETS))
        sources = farms_of(folder / "farms")
        cold = _median(lambda one: _by_itself(folder, one), sources[:ALONE])
        work = _shared(folder)
        warm = _median(lambda one: _with_shared_work(work, one), sources[:ALONE])
        costs = [_fleet(folder, sources[:size]) for size in FLEETS]
        rows = _rows(cold, warm, costs)
        if is_slow:
            sizes = (FLEETS[-1], SLOW_FLEET)
            lean = [_fleet(folder, sources[:n], with_samples=False) for n in sizes]
            rows += _lean_rows(lean)
    return rows


def _prepare(folder: Path, farms: int) -> None:
    every = limesoda_library(
        usable_farms(organic_matter="convert"), organic_matter="convert"
    )
    write_library(every.without_farm(MADE_FROM), folder / "library.parquet")
    write_farms(every.only_farm(MADE_FROM), folder / "farms", farms, LABELS)


def _shared(folder: Path, *, with_samples: bool = True) -> LocalisationWork:
    library = open_library(folder / "library.parquet")
    return work_of_library(library, ORDER, with_samples=with_samples)


def _by_itself(folder: Path, source: FarmSource) -> None:
    """Do everything anew, the export too, as a new process would."""
    packed_farm._EXPORTER = Exporter()
    out = folder / "alone.terroir"
    work = _shared(folder)
    read = read_farm(source.path, work.knowledge.grid, work.knowledge.targets)
    localise_farm(work, task_of(work, source.path, source.farm, out), read, out)


def _with_shared_work(work: LocalisationWork, source: FarmSource) -> None:
    knowledge = work.knowledge
    farm = read_farm(source.path, knowledge.grid, knowledge.targets).soils
    make_farm_package(knowledge, farm, ORDER.package_order(source.farm))


def _fleet(
    folder: Path, sources: tuple[FarmSource, ...], *, with_samples: bool = True
) -> FleetCost:
    out = folder / "out"
    started = time.perf_counter()
    work = FleetWork(_shared(folder, with_samples=with_samples), out)
    records: list[FarmRecord] = []

    def tell(record: FarmRecord | None) -> None:
        if record is not None:
            records.append(record)

    totals = localise_fleet(work, sources, TWO, tell)
    wall_s = time.perf_counter() - started
    if totals.done != len(sources):
        reasons = {one.reason for one in records if not one.is_done}
        raise SystemExit(f"expected {len(sources)} packages, found {totals}: {reasons}")
    shutil.rmtree(out)
    farm_s = statistics.median(record.seconds for record in records)
    return FleetCost(len(sources), wall_s, farm_s)


def _median(do: Callable[[FarmSource], None], sources: Iterable[FarmSource]) -> float:
    seconds = []
    with threadpool_limits(1):
        for source in sources:
            started = time.perf_counter()
            do(source)
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def _rows(cold: float, warm: float, costs: list[FleetCost]) -> list[Measurement]:
    by_size = {cost.farms: cost for cost in costs}
    thousand = by_size[FLEETS[-1]]
    pace = thousand.farms / thousand.wall_s * 60
    each = [cost.farm_s for cost in costs]
    return [
        observed("a farm by the single command's work", cold, "s"),
        observed("a farm with the shared work held", warm, "s"),
        *(
            observed(f"{one.farms} farms: a farm on one core", one.farm_s, "s")
            for one in costs
        ),
        *(observed(f"{one.farms} farms: in all", one.wall_s, "s") for one in costs),
        observed("farms a minute, two cores", pace, "farms/min"),
        at_least("times one at a time", pace * cold / 60, "times", 5),
        observed("times one at a time, shared work held", pace * warm / 60, "times"),
        at_most(
            f"{thousand.farms:,} farms of {LABELS} labels",
            thousand.wall_s,
            "s",
            WITHIN_S * thousand.farms / 1000,
        ),
        at_most("dearest over cheapest farm", max(each) / min(each), "times", 1.25),
    ]


def _lean_rows(costs: list[FleetCost]) -> list[Measurement]:
    each = [cost.farm_s for cost in costs]
    name = "without the library's soils"
    return [
        *(observed(f"{one.farms:,} farms {name}", one.wall_s, "s") for one in costs),
        at_most(f"dearest over cheapest, {name}", max(each) / min(each), "times", 1.25),
    ]


def main() -> None:
    """Print the rows."""
    Console().print(table_of("fleet", bench_rows()))


if __name__ == "__main__":
    main()
