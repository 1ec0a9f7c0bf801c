"""`terroir localise`: a farm's own model, or those of a whole folder of farms."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from protocols.identifiers import checked_name
from trainer.commands.engine_option import Engine, Jobs, engine_choice
from trainer.commands.options import AsJson
from trainer.engine.engine import EngineChoice
from trainer.errors import WorkspaceError
from trainer.exit_codes import ExitCode
from trainer.fleet.asked_targets import with_targets
from trainer.fleet.farm_reading import read_farm
from trainer.fleet.farm_record import FarmRecord
from trainer.fleet.farm_sources import FarmSource, farm_name, farms_of
from trainer.fleet.fleet_chunk import FleetWork
from trainer.fleet.fleet_ledger import LEDGER
from trainer.fleet.fleet_run import FleetTotals, Told, localise_fleet
from trainer.fleet.known_scans import without_scans
from trainer.fleet.localisation_order import LocalisationOrder
from trainer.fleet.localisation_work import shared_work
from trainer.fleet.single_farm import localise_farm, task_of
from trainer.library.opened_soils import open_library
from trainer.library.spectral_library import SpectralLibrary

app = typer.Typer(add_completion=False)

FARM = Path("farm")
"""What a farm without samples is called unless it is named."""

LibraryPath = Annotated[
    Path, typer.Option(help="An imported library, or a table with OSSL names.")
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
MadeAt = Annotated[
    datetime | None,
    typer.Option(help="The time that packages say, for equal bytes; else now."),
]


@app.command("localise")
def localise_soils(  # noqa: PLR0913 - one parameter an option, read by Typer
    *,
    library: LibraryPath,
    out: Out,
    samples: Samples = None,
    farms: Farms = None,
    target: Targets = None,
    farm: Annotated[
        str | None, typer.Option(help="The farm's name; else its file's.")
    ] = None,
    tenant: Annotated[str, typer.Option(help="Whose farms they are.")] = "own",
    seed: Annotated[int, typer.Option(help="Seeds every choice by chance.")] = 0,
    made_at: MadeAt = None,
    jobs: Jobs = 0,
    engine: Engine = None,
    as_json: AsJson = False,
) -> None:
    """Fit a farm from its labels and a library, and say what was trusted and why."""
    order = LocalisationOrder(
        tenant=checked_name(tenant),
        method="auto",
        seed=seed,
        made_at=(made_at or datetime.now(UTC)).replace(tzinfo=UTC),
    )
    if farms is not None and samples is not None:
        raise typer.BadParameter("expected --samples or --farms, found both")
    if farms is None and not out.parent.is_dir():
        raise WorkspaceError(f"expected a folder for {out}, found none; make it first")
    sources = farms_of(farms) if farms else ()
    soils = with_targets(open_library(library), target or ())
    if farms:
        work = FleetWork(shared_work(soils, order), out)
        _fleet(work, sources, engine_choice(engine, jobs), as_json)
        return
    name = checked_name(farm) if farm else farm_name(Path((samples or FARM).name))
    _one(soils, order, (samples, name), out, as_json)


def _one(
    library: SpectralLibrary,
    order: LocalisationOrder,
    farm: tuple[Path | None, str],
    out: Path,
    as_json: bool,
) -> None:
    samples, name = farm
    read = read_farm(samples, library.grid, library.targets)
    others = without_scans(library, read.scans)
    if len(others.soils) < len(library.soils):
        own = len(library.soils) - len(others.soils)
        typer.echo(
            f"left {own} soils out of the library: they are this farm's", err=True
        )
    work = shared_work(others, order)
    record, _ = localise_farm(work, task_of(work, samples, name, out), read, out)
    if as_json:
        typer.echo(msgspec.json.encode(record).decode())
        return
    _print_farm(record, out)


def _print_farm(record: FarmRecord, out: Path) -> None:
    console = Console()
    for told in record.targets:
        error = "not told" if told.rmse is None else f"{told.rmse:.3g} {told.unit}"
        console.print(f"[bold]{told.name}[/bold], {told.labels} labels")
        for sentence in told.trusted:
            console.print(f"  {sentence}", highlight=False)
        console.print(
            f"  Error on soils left out: {error}; {told.level:.0%} interval: plus or "
            f"minus {told.half_width:.3g} {told.unit} ({told.split}).",
            highlight=False,
        )
    for warning in record.warnings:
        console.print(f"! {warning}", style="yellow", markup=False, highlight=False)
    console.print(f"package: {out}, sha256 {record.digest}", highlight=False)


def _fleet(
    work: FleetWork,
    sources: tuple[FarmSource, ...],
    engine: EngineChoice,
    as_json: bool,
) -> None:
    with _stopping_kindly(), _progress(len(sources)) as tell:
        totals = localise_fleet(work, sources, engine, tell)
    if as_json:
        typer.echo(msgspec.json.encode(totals).decode())
    else:
        _print_totals(totals, work.out)
    if totals.failed:
        raise typer.Exit(ExitCode.PARTLY)


def _print_totals(totals: FleetTotals, out: Path) -> None:
    console = Console()
    console.print(
        f"{totals.done} farms localised, {totals.reused} done before, {totals.failed} "
        f"failed; a record of each is in {out / LEDGER}",
        highlight=False,
    )


@contextmanager
def _stopping_kindly() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        kept = "stopped; what is finished is kept, run the same again to go on"
        typer.echo(kept, err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None


@contextmanager
def _progress(farms: int) -> Iterator[Told]:
    """Show on standard error what is done, how long the rest takes, what failed."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(elapsed_when_finished=False),
        console=Console(stderr=True),
    )
    with bar:
        task = bar.add_task("farms", total=farms)

        def tell(record: FarmRecord | None) -> None:
            bar.advance(task)
            if record is not None and not record.is_done:
                line = f"{record.source}: {record.reason}"
                bar.console.print(line, markup=False, style="red")

        yield tell
