"""`terroir crops export`: from a trained crop model to a package for gateways."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from protocols.crop_manifest import CropManifest
from protocols.identifiers import checked_name
from protocols.model_package import SUFFIX, parse_package
from trainer.commands.export_option import (
    Formats,
    MostLatency,
    MostMegabytes,
    export_budget,
)
from trainer.commands.named_package import read_named_package
from trainer.commands.package.package_sheet import size_text
from trainer.crops.model.model_folder import ABOUT, read_crop_model
from trainer.crops.packages.crop_package import make_crop_package
from trainer.crops.packages.crop_package_order import CropPackageOrder
from trainer.crops.packages.known_series import known_series
from trainer.crops.prediction.open_teller import open_teller
from trainer.crops.prediction.season_record import SeasonRecord, read_season_record
from trainer.durable_files import write_durably
from trainer.errors import WorkspaceError

app = typer.Typer(add_completion=False)

MODEL = "model"
"""Where a training run keeps its model."""


@app.command("export")
def export_crops(  # noqa: PLR0913 - one parameter an option, read by Typer
    run: Annotated[Path, typer.Argument(help="A training run, or a model's folder.")],
    *,
    series: Annotated[
        Path, typer.Option(help="The folder of series that it was trained on.")
    ],
    farm: Annotated[str, typer.Option(help="The farm whose gateways it is for.")],
    out: Annotated[Path, typer.Option(help=f"The package to write, *{SUFFIX}.")],
    tenant: Annotated[str, typer.Option(help="Whose farm it is.")] = "own",
    season: Annotated[
        Path | None,
        typer.Option(help="An evaluation's folder: its sets by date."),
    ] = None,
    parent: Annotated[
        Path | None, typer.Option(help="The package that this one replaces.")
    ] = None,
    licence: Annotated[
        str, typer.Option(help="Of the series that it was trained on.")
    ] = CropPackageOrder.licence,
    formats: Formats = None,
    most_mb: MostMegabytes = None,
    most_ms: MostLatency = None,
) -> None:
    """Export, prove and pack a crop model; `terroir package verify` proves it again."""
    folder = run if (run / ABOUT).is_file() else run / MODEL
    _expect_new(out)
    model, about = read_crop_model(folder)
    known, opened = known_series(series, about)
    order = CropPackageOrder(
        tenant=checked_name(tenant),
        farm=checked_name(farm),
        made_at=datetime.now(UTC).replace(microsecond=0),
        parent=read_named_package(parent).digest if parent else None,
        licence=licence,
        season=_season(season, folder),
        budget=export_budget(formats, most_mb, most_ms),
    )
    package = make_crop_package(model, about, known, opened, order)
    manifest = parse_package(package).crops
    write_durably(out, package)
    _print(out, len(package), manifest)


def _season(folder: Path | None, model: Path) -> SeasonRecord | None:
    if folder is None:
        return None
    return read_season_record(folder, open_teller(model).digest)


def _expect_new(out: Path) -> None:
    if out.suffix != SUFFIX or out.exists() or not out.parent.is_dir():
        raise WorkspaceError(
            f"expected a new file *{SUFFIX} in a folder that is there, found {out}; "
            "choose another one"
        )


def _print(out: Path, size: int, manifest: CropManifest) -> None:
    graphs = ", ".join(one.member for one in manifest.artefacts)
    Console().print(
        f"{out}: {size_text(size)}, {len(manifest.classes)} classes, {graphs}; "
        "see it with `terroir package show`",
        highlight=False,
        soft_wrap=True,
    )
