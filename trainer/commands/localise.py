"""`terroir localise`: a farm's own model, or those of a whole folder of farms."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from protocols.identifiers import checked_name
from trainer.commands.engine_option import Engine, Jobs, engine_choice
from trainer.commands.export_option import (
    Formats,
    MostLatency,
    MostMegabytes,
    export_budget,
)
from trainer.commands.fit_progress import stopping_kindly
from trainer.commands.fleet_progress import fleet_progress, print_totals
from trainer.commands.interval_progress import with_shown_trials
from trainer.commands.options import AsJson
from trainer.durable_files import write_durably
from trainer.engine.engine import EngineChoice
from trainer.errors import WorkspaceError
from trainer.exit_codes import ExitCode
from trainer.fleet.farm_reading import read_farm
from trainer.fleet.farm_record import FarmRecord
from trainer.fleet.farm_sources import FarmSource, farm_name, farms_of
from trainer.fleet.fleet_chunk import FleetWork
from trainer.fleet.fleet_run import localise_fleet
from trainer.fleet.knowledge_source import (
    OpenedLibrary,
    Pretrained,
    opened_knowledge,
    opened_library,
)
from trainer.fleet.localisation_order import LocalisationOrder, Method
from trainer.fleet.localisation_work import LocalisationWork
from trainer.fleet.single_farm import localise_farm, task_of
from trainer.fleet.told_model import story_of
from trainer.localisation.guard_report.guard_report import guard_lines, render_guard
from trainer.localisation.guard_report.guard_story import GuardStory

app = typer.Typer(add_completion=False)

FARM = Path("farm")
"""What a farm without samples is called unless it is named."""

LibraryPath = Annotated[
    Path | None,
    typer.Option(
        help="An imported library, or a table with OSSL names.", show_default=False
    ),
]
PretrainedPath = Annotated[
    Path | None,
    typer.Option(
        help="Instead of --library: what `terroir pretrain` learned from one.",
        show_default=False,
    ),
]
Samples = Annotated[
    Path | None,
    typer.Option(
        help="The farm's soils: a table with OSSL names, or an imported library. Left "
        "out, the package is the library's alone.",
        show_default=False,
    ),
]
Farms = Annotated[
    Path | None,
    typer.Option(
        help="Instead of --samples: a folder with one table or library a farm.",
        show_default=False,
    ),
]
Targets = Annotated[
    list[str] | None,
    typer.Option("--target", help="OSSL name of what to tell; may be repeated."),
]
Out = Annotated[Path, typer.Option(help="The package, or the folder of a fleet's.")]
WithoutLibrary = Annotated[
    bool,
    typer.Option(
        "--without-library",
        help="Use sums and means of the library only, and none of its soils.",
    ),
]
Licence = Annotated[
    str | None,
    typer.Option(
        help="Under which terms a table's soils may be used; packages hold some of "
        "them only where it allows passing them on.",
        show_default=False,
    ),
]
MethodOption = Annotated[
    Method,
    typer.Option(help="Who answers: the guard's choice, labels alone, or the library."),
]
MadeAt = Annotated[
    datetime | None,
    typer.Option(help="The time that packages say, for equal bytes; else now."),
]
WithoutMeasuring = Annotated[
    bool,
    typer.Option(
        "--without-measuring",
        help="Do not leave farms of the library out to measure how intervals hold; "
        "quicker the first time.",
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(
        help="Of one farm: a page on what was trusted and why.", show_default=False
    ),
]


@app.command("localise")
def localise_soils(  # noqa: PLR0913 - one parameter an option, read by Typer
    *,
    out: Out,
    library: LibraryPath = None,
    pretrained: PretrainedPath = None,
    samples: Samples = None,
    farms: Farms = None,
    target: Targets = None,
    farm: Annotated[
        str | None, typer.Option(help="The farm's name; else its file's.")
    ] = None,
    tenant: Annotated[str, typer.Option(help="Whose farms they are.")] = "own",
    method: MethodOption = "auto",
    without_library: WithoutLibrary = False,
    licence: Licence = None,
    seed: Annotated[int, typer.Option(help="Seeds every choice by chance.")] = 0,
    made_at: MadeAt = None,
    report: Report = None,
    formats: Formats = None,
    most_mb: MostMegabytes = None,
    most_ms: MostLatency = None,
    without_measuring: WithoutMeasuring = False,
    jobs: Jobs = 0,
    engine: Engine = None,
    as_json: AsJson = False,
) -> None:
    """Fit a farm from its labels and a library, and say what was trusted and why."""
    order = LocalisationOrder(
        tenant=checked_name(tenant),
        method=method,
        seed=seed,
        made_at=(made_at or datetime.now(UTC)).replace(tzinfo=UTC),
        budget=export_budget(formats, most_mb, most_ms),
    )
    _refuse_both(("--library", library), ("--pretrained", pretrained))
    sources = _sources(samples, farms, out)
    known: OpenedLibrary | Pretrained
    if pretrained is not None:
        known = opened_knowledge(pretrained, target or ())
    elif library is not None:
        known = opened_library(
            library, target or (), licence, with_samples=not without_library
        )
    else:
        raise typer.BadParameter("expected --library or --pretrained, found neither")
    if farms is not None:
        shared = _work(known, order, measures=not without_measuring)
        _fleet(FleetWork(shared, out), sources, engine_choice(engine, jobs), as_json)
        return
    name = checked_name(farm) if farm else farm_name(Path((samples or FARM).name))
    one = _Farm(samples, name, out, report, measures=not without_measuring)
    _one(known, order, one, as_json)


@dataclass(frozen=True)
class _Farm:
    """The one farm, and where what is told of it goes."""

    samples: Path | None
    name: str
    out: Path
    report: Path | None
    measures: bool


def _work(
    known: OpenedLibrary | Pretrained, order: LocalisationOrder, *, measures: bool
) -> LocalisationWork:
    """Return what farms share; a library says how its intervals hold, if asked."""
    work = known.work(order)
    if not measures or isinstance(known, Pretrained):
        return work
    told = with_shown_trials(work.knowledge, known.library)
    return replace(work, knowledge=told)


def _one(
    known: OpenedLibrary | Pretrained,
    order: LocalisationOrder,
    farm: _Farm,
    as_json: bool,
) -> None:
    read = read_farm(farm.samples, known.library.grid, known.library.targets)
    others = known.without(read.scans)
    own = _soils(known) - _soils(others)
    if own:
        typer.echo(
            f"left {own} soils out of the library: they are this farm's", err=True
        )
    work = _work(others, order, measures=farm.measures)
    task = task_of(work, farm.samples, farm.name, farm.out)
    record, model = localise_farm(work, task, read, farm.out)
    if as_json:
        typer.echo(msgspec.json.encode(record).decode())
    if as_json and not farm.report:
        return
    story = story_of(record, model, read.soils, work)
    if farm.report:
        write_durably(farm.report, render_guard(story).encode())
    if not as_json:
        _print_farm(record, story, farm)


def _soils(known: OpenedLibrary | Pretrained) -> int:
    soils = known.library.soils
    return soils if isinstance(soils, int) else len(soils)


def _print_farm(record: FarmRecord, story: GuardStory, farm: _Farm) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for line in guard_lines(story):
        console.print(line, markup=False)
    for remark in record.remarks:
        console.print(f"note: {remark}", style="dim", markup=False)
    for warning in record.warnings:
        console.print(f"! {warning}", style="yellow", markup=False)
    if farm.report:
        console.print(f"report: {farm.report}")
    console.print(f"package: {farm.out}, sha256 {record.digest}")


def _fleet(
    work: FleetWork,
    sources: tuple[FarmSource, ...],
    engine: EngineChoice,
    as_json: bool,
) -> None:
    with stopping_kindly(), fleet_progress(len(sources)) as tell:
        totals = localise_fleet(work, sources, engine, tell)
    if as_json:
        typer.echo(msgspec.json.encode(totals).decode())
    else:
        print_totals(totals, work.out)
    if totals.failed:
        raise typer.Exit(ExitCode.PARTLY)


def _sources(
    samples: Path | None, farms: Path | None, out: Path
) -> tuple[FarmSource, ...]:
    """Return a fleet's farms; refuse what cannot be before any fit is made."""
    _refuse_both(("--samples", samples), ("--farms", farms))
    if farms is not None:
        return farms_of(farms)
    if not out.parent.is_dir():
        raise WorkspaceError(f"expected a folder for {out}, found none; make it first")
    return ()


def _refuse_both(*given: tuple[str, Path | None]) -> None:
    names = [name for name, path in given if path is not None]
    if len(names) > 1:
        raise typer.BadParameter(f"expected one of {' or '.join(names)}, found both")
