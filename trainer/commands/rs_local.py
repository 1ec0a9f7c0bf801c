"""`terroir rs-local`: which soils of a library suit a farm, by resampling."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from protocols.units import unit_of
from trainer.commands.options import AsJson
from trainer.durable_files import write_durably
from trainer.errors import LibraryError
from trainer.exit_codes import ExitCode
from trainer.library.opened_soils import open_farm_soils, open_library
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.rs_local.instance_search import SearchProgress, Watch
from trainer.localisation.rs_local.library_table import selection_csv, table_of
from trainer.localisation.rs_local.repeated_selection import (
    select_repeatedly,
)
from trainer.localisation.rs_local.scorer_choice import Computing, Device
from trainer.localisation.rs_local.selection_report import (
    SelectionReport,
    report_lines,
    selection_report,
)
from trainer.localisation.rs_local.selection_settings import (
    Quantity,
    Retention,
    Score,
    SelectionSettings,
)

app = typer.Typer(add_completion=False)

USUAL = SelectionSettings()
RUNS = 10

LibraryPath = Annotated[
    Path, typer.Option(help="An imported library, or a table with OSSL names.")
]
SamplesPath = Annotated[
    Path, typer.Option(help="The farm's soils: a table with OSSL names, or a library.")
]
Figure = Annotated[
    Path | None, typer.Option(help="Draw the distributions into this .png file.")
]


@app.command()
def rs_local(  # noqa: PLR0913 - one parameter an option, read by Typer
    *,
    library: LibraryPath,
    samples: SamplesPath,
    target: Annotated[str, typer.Option(help="The property's OSSL name.")],
    out: Annotated[Path, typer.Option(help="The CSV file of soil ids to write.")],
    k: Annotated[int, typer.Option(min=2, help="About how many to keep.")] = USUAL.keep,
    b: Annotated[
        int, typer.Option(min=1, help="Draws of each soil in a round, on average.")
    ] = USUAL.draws_a_sample,
    retain: Annotated[
        float, typer.Option(help="The share of soils that outlasts a round.")
    ] = USUAL.retain,
    components: Annotated[
        int, typer.Option(min=1, help="PLS components of each draw.")
    ] = USUAL.components,
    seed: Annotated[int, typer.Option(min=0, help="Of all draws.")] = USUAL.seed,
    runs: Annotated[int, typer.Option(min=1, help="Searches to compare.")] = RUNS,
    score: Annotated[
        Score, typer.Option(help="Judge by predictions, or rebuilt spectra: no labels.")
    ] = USUAL.score,
    retention: Annotated[
        Retention,
        typer.Option(help="Drop a fixed share, or above a quantile of error."),
    ] = USUAL.retention,
    grouped: Annotated[
        bool, typer.Option("--grouped", help="Draw whole groups of soils together.")
    ] = USUAL.grouped,
    quantity: Annotated[Quantity, typer.Option(help="What PLS sees.")] = USUAL.quantity,
    device: Annotated[Device, typer.Option(help="Where draws are scored.")] = "cpu",
    threads: Annotated[
        int | None, typer.Option(min=1, help="Of the processor; all if left out.")
    ] = None,
    figure: Figure = None,
    as_json: AsJson = False,
) -> None:
    """Find the library's soils that help to tell the farm's, and how surely."""
    _check_figure(figure)
    settings = SelectionSettings(
        keep=k,
        draws_a_sample=b,
        retain=retain,
        components=components,
        score=score,
        retention=retention,
        grouped=grouped,
        quantity=quantity,
        seed=seed,
    )
    soils, farm = _open(library, samples, target)
    with _stopping_kindly(), _progress() as watch:
        found = select_repeatedly(
            table_of(soils, target),
            table_of(farm, target),
            settings,
            runs,
            watch,
            Computing(device, threads),
        )
    write_durably(out, selection_csv(soils, found, settings.keep))
    if figure:
        _draw(figure, soils, farm, found.frequent(settings.keep), target)
    judges = _judges(farm, target, settings)
    _print(selection_report(soils, found, settings, target, judges), out, as_json)


def _check_figure(path: Path | None) -> None:
    if path is not None and path.suffix != ".png":
        raise LibraryError(f"expected a figure that ends with .png, found {path.name}")


def _open(
    library: Path, samples: Path, target: str
) -> tuple[SpectralLibrary, SpectralLibrary]:
    """Read both, and say what a reader must know of the farm's soils."""
    soils = open_library(library)
    table_of(soils, target)  # refuses before the farm is read
    farm = open_farm_soils(samples, soils.grid, (target,))
    for remark in farm.remarks:
        typer.echo(f"{farm.name}: {remark}", err=True)
    shared = len(set(soils.soils) & set(farm.soils))
    if shared:
        typer.echo(
            f"caution: {shared} of the farm's {len(farm.soils)} soils are in the "
            "library too, by their ids, and would help to tell themselves",
            err=True,
        )
    return soils, farm


def _judges(farm: SpectralLibrary, target: str, settings: SelectionSettings) -> int:
    if settings.score == "reconstruction":
        return len(farm.soils)
    return int(np.isfinite(table_of(farm, target).values).sum())


@contextmanager
def _stopping_kindly() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("stopped; nothing was written", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None


@contextmanager
def _progress() -> Iterator[Watch]:
    """Show on standard error how far all runs are."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    with bar:
        task = bar.add_task("searching", total=None)

        def watch(now: SearchProgress) -> None:
            told = f"searching, {now.soils:,} soils left"
            bar.update(task, completed=now.fits, total=now.planned, description=told)

        yield watch


def _draw(
    path: Path,
    soils: SpectralLibrary,
    farm: SpectralLibrary,
    kept: NDArray[np.intp],
    target: str,
) -> None:
    """Draw what is kept beside library and farm."""
    from trainer.library.library_drawing import (  # noqa: PLC0415 - loads matplotlib
        as_png,
    )
    from trainer.localisation.rs_local.selection_figure import (  # noqa: PLC0415 - loads matplotlib
        DrawnSoils,
        selection_figure,
    )

    drawn = DrawnSoils(
        spectra=soils.spectra,
        values=table_of(soils, target).values,
        kept=kept,
        farm_spectra=farm.spectra,
        farm_values=table_of(farm, target).values,
        property_name=f"{target}, {unit_of(target)}",
    )
    write_durably(path, as_png(selection_figure(drawn)))


def _print(report: SelectionReport, out: Path, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode(report).decode())
        return
    for line in report_lines(report):
        typer.echo(line)
    typer.echo(f"soil ids: {out}")
