"""`terroir crops map`: rasters, tables with geometry, and a page with all dates."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from trainer.commands.crops.model_and_series import counted_progress, expect_new
from trainer.commands.options import AsJson
from trainer.crops.maps.map_order import read_region_fields
from trainer.crops.maps.write_map import MapOrder, WrittenMap, write_map
from trainer.crops.prediction.prediction_folder import open_prediction_folder

app = typer.Typer(add_completion=False)


@app.command("map")
def map_crops(
    *,
    predictions: Annotated[
        Path, typer.Option(help="What `terroir crops predict` made.")
    ],
    fields: Annotated[
        Path | None, typer.Option(help="What `terroir crops fields` made of them.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(help="Of the harvest, where there are several.")
    ] = None,
    title: Annotated[str, typer.Option(help="Of the page.")] = "Crops",
    out: Annotated[Path, typer.Option(help="Folder to be made.")],
    as_json: AsJson = False,
) -> None:
    """Draw every date: GeoTIFF, GeoParquet, and one page that needs no network."""
    expect_new(out)
    opened = open_prediction_folder(predictions)
    answered = read_region_fields(fields, opened) if fields else None
    order = MapOrder(opened, answered, year, title)
    with counted_progress("dates") as tell:
        written = write_map(order, out, tell)
    _print(written, as_json)


def _print(written: WrittenMap, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode(written, enc_hook=str).decode())
        return
    drawn = f"{len(written.rasters)} rasters in {written.crs}"
    if written.crs is None:
        drawn = "no raster: places are scattered, and lie on no grid"
    Console().print(
        f"{written.places} places on {written.dates} dates; {drawn}\n"
        f"page: {written.page}",
        highlight=False,
        soft_wrap=True,
    )
