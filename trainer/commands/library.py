"""`terroir library`: import and show spectral libraries."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from protocols.units import unit_of
from trainer.commands.options import AsJson
from trainer.errors import LibraryError
from trainer.library.farm_table import write_farm_table
from trainer.library.library_summary import summarise
from trainer.library.limesoda import (
    limesoda_library,
    read_farm,
    soil_set_of,
    usable_farms,
)
from trainer.library.parquet_table import read_library, write_library
from trainer.library.recognition.laboratory_column import OrganicMatter
from trainer.library.spectral_library import SpectralLibrary

app = typer.Typer(no_args_is_help=True, add_completion=False)


From = Annotated[Literal["limesoda"], typer.Argument(help="What to read.")]
Matter = Annotated[
    OrganicMatter,
    typer.Option(help="Organic matter: divide by 1.724 to carbon, or leave out."),
]
LibraryFile = Annotated[Path, typer.Argument(help="A library's Parquet file.")]


@app.callback()
def library() -> None:
    """Import and show spectral libraries."""


@app.command("import")
def import_library(
    source: From,
    into: Annotated[Path, typer.Option(help="The Parquet file to write.")],
    without: Annotated[
        list[str] | None, typer.Option(help="A farm to leave out; may be repeated.")
    ] = None,
    organic_matter: Matter = "leave-out",
) -> None:
    """Read soils of many farms onto one grid."""
    del source  # there is one so far, and Typer has checked it
    farms = _without(usable_farms(organic_matter=organic_matter), without or [])
    imported = limesoda_library(farms, organic_matter=organic_matter)
    write_library(imported, into)
    typer.echo(f"{len(imported.soils)} soils of {len(farms)} farms: {into}")


@app.command("export-farm")
def export_farm(
    source: From,
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
def show(path: LibraryFile, as_json: AsJson = False) -> None:
    """Show the farms, soils, ranges and bands of a library."""
    shown = read_library(path)
    if as_json:
        typer.echo(json.dumps(_as_data(shown), indent=2))
    else:
        _print_table(shown)


def _without(farms: tuple[str, ...], left_out: list[str]) -> tuple[str, ...]:
    for farm in left_out:
        soil_set_of(farm)  # a mistyped customer would stay in its own library
    kept = tuple(farm for farm in farms if farm not in left_out)
    if not kept:
        raise LibraryError("expected at least one farm to import, found all left out")
    return kept


def _as_data(shown: SpectralLibrary) -> dict[str, object]:
    return {
        "name": shown.name,
        "licence": shown.licence,
        "digest": shown.digest,
        "soils": len(shown.soils),
        "grid": {"first": shown.grid.first, "last": shown.grid.last}
        | {"step": shown.grid.step, "unit": shown.grid.unit},
        "remarks": list(shown.remarks),
        "farms": [asdict(line) for line in summarise(shown)],
    }


def _print_table(shown: SpectralLibrary) -> None:
    grid = shown.grid
    table = Table(
        title=f"{shown.name}, {shown.licence}, {len(shown.soils)} soils",
        caption=f"{grid.first:g} to {grid.last:g} {grid.unit}, step {grid.step:g}; "
        f"sha256 {shown.digest[:16]}",
    )
    for heading in ("farm", "property", "unit"):
        table.add_column(heading)
    for heading in ("soils", "analysed", "mean", "least", "most"):
        table.add_column(heading, justify="right")
    for line in summarise(shown):
        numbers = (f"{one:.2f}" for one in (line.mean, line.least, line.most))
        counts = (str(line.soils), str(line.analysed))
        unit = unit_of(line.target)
        table.add_row(line.farm, line.target, unit, *counts, *numbers)
    console = Console()
    console.print(table)
    for remark in shown.remarks:
        console.print(f"* {remark}", highlight=False)
