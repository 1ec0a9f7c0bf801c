"""Set the world up, let one season pass in it, and keep what was measured."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deploy.demo.campaign import Campaign, Stage
from deploy.demo.campaign_plan import plan_campaign
from deploy.demo.delivery import Delivery, count_delivery
from deploy.demo.farm_table import FarmTable, read_farm_table
from deploy.demo.judged_stage import judge
from deploy.demo.odd_verdicts import OddVerdict, verdicts_on
from deploy.processes import Programs
from deploy.world import CLOUD, Device, World, run_command
from trainer.evaluation.loop_report import StageResult

TENANT = "acme"
TARGET = "oc_usda.c729_w.pct"
INSTRUMENT = "Terroir/replayed scans/0001"
ORGANIC_MATTER = ("--organic-matter", "convert")
"""Half of the library's farms measured matter; it is divided by 1.724 to carbon."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class SeasonOrder:
    """What is asked for."""

    folder: Path
    farm: str
    label_counts: tuple[int, ...]
    seed: int
    report: Path


@dataclass(frozen=True, eq=False)
class Season:
    """Everything that a season left."""

    order: SeasonOrder
    farm: FarmTable
    instrument: str
    stages: tuple[Stage, ...]
    judged: tuple[StageResult, ...]
    odd_spectra: dict[str, NDArray[np.float64]]
    odd_verdicts: tuple[OddVerdict, ...]
    delivery: Delivery


def run_season(order: SeasonOrder, say: Say) -> Season:
    """Run the whole loop on one farm."""
    with Programs(order.folder / "logs") as programs:
        world = World(order.folder, programs)
        farm, library = _gather_soils(world, order, say)
        device = _open_world(world, library, order, say)
        return _let_season_pass(world, device, farm, order, say)


def _gather_soils(world: World, order: SeasonOrder, say: Say) -> tuple[FarmTable, Path]:
    library, farm = world.folder / "library.parquet", world.folder / "farm.csv"
    run_command(
        *(*CLOUD, "library", "import", "limesoda"),
        *("--without", order.farm, "--into", library, *ORGANIC_MATTER),
    )
    run_command(
        *(*CLOUD, "library", "export-farm", "limesoda", order.farm),
        *("--into", farm, *ORGANIC_MATTER),
    )
    table = read_farm_table(farm, TARGET)
    say(f"{order.farm} is the new customer with {len(table.samples)} soils")
    return table, library


def _open_world(world: World, library: Path, order: SeasonOrder, say: Say) -> Device:
    world.make_cloud()
    world.start_broker()
    world.start_repository()
    world.start_ingest()
    world.start_relocaliser(library)
    say("broker, ingest, relocaliser and repository are up (mutual TLS)")
    device = world.enrol(f"{TENANT}/{order.farm}/scanner-1", INSTRUMENT)
    world.start_agent(device)
    say("a device is enrolled and its agent runs")
    return device


def _let_season_pass(
    world: World, device: Device, farm: FarmTable, order: SeasonOrder, say: Say
) -> Season:
    plan = plan_campaign(farm.samples, order.label_counts, order.seed)
    campaign = Campaign(world, device, farm, plan)
    stages = campaign.run(say)
    odd = campaign.scan_what_is_no_soil(say)
    campaign.wait_until_delivered()
    return Season(
        order=order,
        farm=farm,
        instrument=INSTRUMENT,
        stages=tuple(stages),
        judged=tuple(judge(stage, farm) for stage in stages),
        odd_spectra=odd,
        odd_verdicts=verdicts_on(device, tuple(odd)),
        delivery=count_delivery(device.journal, world.store_file),
    )
