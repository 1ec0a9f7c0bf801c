"""`terroir library`: import, show, split and export spectral libraries."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from trainer.commands.options import AsJson
from trainer.errors import LibraryError
from trainer.exit_codes import ExitCode
from trainer.library.farm_table import write_farm_table
from trainer.library.grid_text import parse_grid
from trainer.library.library_import import ImportOrder, import_source
from trainer.library.library_import import Progress as Counted
from trainer.library.library_listing import (
    as_data,
    manifest_of,
    print_library,
    repeated_line,
    skipped_lines,
)
from trainer.library.library_page import write_drawing
from trainer.library.limesoda import (
    limesoda_library,
    read_farm,
    soil_set_of,
    usable_farms,
)
from trainer.library.parquet_table import read_library, write_library
from trainer.library.recognition.laboratory_column import OrganicMatter
from trainer.library.sources.column_map import ColumnMap, read_column_map
from trainer.library.sources.limesoda_source import NAME as LIMESODA
from trainer.library.sources.reading_order import ReadingOrder
from trainer.library.sources.soil_source import SoilSource
from trainer.library.sources.source_choice import SourceOrder, open_source
from trainer.library.sources.spectral_columns import Scan
from trainer.library.splits import SplitKind, make_split, save_split
from trainer.library.storage.library_manifest import (
    MANIFEST_FILE,
    LibraryManifest,
    read_manifest,
)

app = typer.Typer(no_args_is_help=True, add_completion=False)

Source = Annotated[
    str,
    typer.Argument(help="`limesoda`, a CSV or Parquet table, or a folder of scans."),
]
Matter = Annotated[
    OrganicMatter,
    typer.Option(help="Organic matter: divide by 1.724 to carbon, or keep it apart."),
]
LibraryPath = Annotated[Path, typer.Argument(help="A library's folder or file.")]
Into = Annotated[
    Path, typer.Option(help="The library folder, made or added to; or .parquet.")
]


MapFile = Annotated[
    Path | None, typer.Option("--map", help="A TOML file that names columns.")
]
LaboratoryFile = Annotated[
    Path | None, typer.Option(help="The laboratory's table, joined by sample id.")
]
SamplePattern = Annotated[
    str | None,
    typer.Option(help="Where in a scan file's name the sample id is, as (...)."),
]
WhichScan = Annotated[
    Scan | None, typer.Option(help="Which spectra, where a table has two kinds.")
]
GridText = Annotated[
    str | None,
    typer.Option(help="Bands of a new library, such as 420:2450:10; else its own."),
]
SourceName = Annotated[
    str | None, typer.Option(help="What the source is called in soil ids.")
]
Licence = Annotated[
    str | None, typer.Option(help="Under which terms the soils may be used.")
]
LeftOut = Annotated[
    list[str] | None,
    typer.Option(help="A LimeSoDa farm to leave out; may be repeated."),
]


@app.callback()
def library() -> None:
    """Import, show, split and export spectral libraries."""


@app.command("import")
def import_library(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    source: Source,
    into: Into,
    column_map: MapFile = None,
    laboratory: LaboratoryFile = None,
    sample_pattern: SamplePattern = None,
    scan: WhichScan = None,
    grid: GridText = None,
    name: SourceName = None,
    licence: Licence = None,
    without: LeftOut = None,
    organic_matter: Matter = "leave-out",
) -> None:
    """Read soils onto one grid, say what was recognised, go on where it stopped."""
    if into.suffix == ".parquet":
        _import_file(source, into, tuple(without or ()), organic_matter)
        return
    named = read_column_map(column_map) if column_map else ColumnMap()
    order = SourceOrder(
        reading=ReadingOrder(name, licence, named, scan, organic_matter),
        laboratory=laboratory,
        sample_pattern=sample_pattern,
        without=tuple(without or ()),
        grid=parse_grid(grid) if grid else None,
    )
    if (into / MANIFEST_FILE).exists() and order.grid is None:
        order = replace(order, grid=read_manifest(into).grid)
    opened = open_source(source, order)
    for finding in opened.description.findings:
        typer.echo(f"recognised {finding}")
    _tell(_import_with_progress(into, opened, order), opened, into)


@app.command("export-farm")
def export_farm(
    source: Annotated[Literal["limesoda"], typer.Argument(help="What to read.")],
    farm: Annotated[str, typer.Argument(help="The farm, such as ssp-460.")],
    into: Annotated[Path, typer.Option(help="The CSV file to write.")],
    organic_matter: Matter = "leave-out",
) -> None:
    """Write one farm's soils as its instrument saw them."""
    del source  # there is one so far, and Typer has checked it
    scans = read_farm(farm, organic_matter)
    write_farm_table(scans, into)
    typer.echo(f"{len(scans.soils)} soils of {farm}: {into}")


@app.command()
def show(
    path: LibraryPath,
    as_json: AsJson = False,
    plot: Annotated[
        Path | None, typer.Option(help="Draw it into this .html or .png file.")
    ] = None,
) -> None:
    """Show the farms, soils, ranges, bands and sources of a library."""
    shown, manifest = read_library(path), manifest_of(path)
    if plot:
        write_drawing(shown, manifest, plot)
    if as_json:
        typer.echo(json.dumps(as_data(shown, manifest), indent=2))
    else:
        print_library(Console(), shown, manifest)


@app.command()
def split(
    path: LibraryPath,
    kind: Annotated[SplitKind, typer.Option(help="By which rule.")],
    out: Annotated[Path, typer.Option(help="The JSON file to write.")],
    folds: Annotated[
        int, typer.Option(help="How many; Kennard-Stone holds back one in so many.")
    ] = 5,
    seed: Annotated[int, typer.Option(help="Of whatever is drawn.")] = 0,
) -> None:
    """Split a library once, so that every comparison uses the same soils."""
    made = make_split(read_library(path), kind, folds, seed)
    save_split(made, out)
    sizes = ", ".join(f"{len(one.train)}/{len(one.test)}" for one in made.folds)
    typer.echo(f"{kind}, learned from / held back: {sizes}: {out}")


def _import_file(
    source: str, into: Path, without: tuple[str, ...], organic_matter: OrganicMatter
) -> None:
    """Write the comparable farms of LimeSoDa as one small file."""
    if source != LIMESODA:
        raise LibraryError(
            f"expected a folder to import {source} into, found {into.name}; a single "
            "Parquet file holds limesoda only"
        )
    farms = _without(usable_farms(organic_matter=organic_matter), without)
    imported = limesoda_library(farms, organic_matter=organic_matter)
    write_library(imported, into)
    typer.echo(f"{len(imported.soils)} soils of {len(farms)} farms: {into}")


def _without(farms: tuple[str, ...], left_out: tuple[str, ...]) -> tuple[str, ...]:
    for farm in left_out:
        soil_set_of(farm)  # a mistyped customer would stay in its own library
    kept = tuple(farm for farm in farms if farm not in left_out)
    if not kept:
        raise LibraryError("expected at least one farm to import, found all left out")
    return kept


def _import_with_progress(
    into: Path, source: SoilSource, order: SourceOrder
) -> LibraryManifest:
    named = ImportOrder(name=into.name, grid=order.grid)
    with _progress(source) as count:
        try:
            return import_source(into, source, named, count)
        except KeyboardInterrupt:
            typer.echo("stopped; run the same import again to go on", err=True)
            raise typer.Exit(ExitCode.INTERRUPTED) from None


@contextmanager
def _progress(source: SoilSource) -> Iterator[Counted]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    left, console = TimeRemainingColumn(), Console(stderr=True)
    with Progress(*columns, left, console=console) as progress:
        described = source.description
        task = progress.add_task(f"soils of {described.name}", total=described.soils)
        yield lambda rows: progress.advance(task, rows)


def _tell(manifest: LibraryManifest, source: SoilSource, into: Path) -> None:
    digest = source.description.digest
    record = next(one for one in manifest.sources if one.digest == digest)
    for line in (*skipped_lines(record), *record.remarks):
        typer.echo(line)
    typer.echo(repeated_line(manifest.repeated))
    typer.echo(
        f"{record.soils} soils of {record.name}, {manifest.soils} in all: {into}"
    )
