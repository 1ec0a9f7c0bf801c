"""`terroir crops fields`: one answer a field, and areas, with intervals."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from trainer.commands.crops.model_and_series import counted_progress, expect_new
from trainer.commands.options import AsJson
from trainer.crops.fields.answer_region import (
    FIELDS,
    RegionDate,
    RegionRecord,
    answer_region,
)
from trainer.crops.prediction.prediction_folder import open_prediction_folder
from trainer.crops.prediction.season_day import day_text

app = typer.Typer(add_completion=False)


@app.command("fields")
def answer_fields(
    *,
    predictions: Annotated[
        Path, typer.Option(help="What `terroir crops predict` made.")
    ],
    held_back: Annotated[
        Path,
        typer.Option(help="Predictions of labelled places the model never learned."),
    ],
    out: Annotated[Path, typer.Option(help="Folder to be made.")],
    as_json: AsJson = False,
) -> None:
    """Tell each field's crop, and each crop's area; places held back say how surely."""
    expect_new(out)
    asked, held = (open_prediction_folder(one) for one in (predictions, held_back))
    with counted_progress("dates") as tell:
        record = answer_region(asked, held, out, tell)
    _print(record, out, as_json)


def _print(record: RegionRecord, out: Path, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode(record).decode())
        return
    console, last = Console(), record.dates[-1]
    if last.areas:
        console.print(_areas(last))
    else:
        console.print("no areas: places are scattered, or of several years")
    for one in record.dates:
        console.print(_line(one), highlight=False)
    if record.without_field:
        console.print(f"{record.without_field} places belong to no field")
    console.print(f"fields: {out / FIELDS}", highlight=False, soft_wrap=True)


def _areas(date: RegionDate) -> Table:
    heads = ("crop", "mapped, ha", "estimated ± error, ha", "90 %", "judged")
    table = Table(*heads, title=f"areas on {day_text(date.day)}")
    for one in date.areas or ():
        table.add_row(
            one.crop,
            f"{one.mapped_ha:.1f}",
            f"{one.area_ha:.1f} ± {one.standard_error_ha:.1f}",
            f"{one.low_ha:.1f} to {one.high_ha:.1f}",
            "yes" if one.is_judged else "[red]no[/red]",
        )
    return table


def _line(date: RegionDate) -> str:
    told = (
        f"{day_text(date.day)}: {date.fields} fields, {date.mixed} with two crops, "
        f"{date.flagged} foreign"
    )
    if date.scores is None:
        return told
    return (
        f"{told}; of {date.scores.n} whose crop is known {date.scores.accuracy:.3f} "
        f"told right, {date.scores.set_coverage:.3f} held by their set"
    )
