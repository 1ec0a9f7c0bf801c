"""`terroir crops evaluate`: how well crops are told on each date of the season."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from trainer.commands.crops.model_and_series import (
    Dates,
    ModelPath,
    SeriesFolder,
    counted_progress,
    days_of,
    expect_new,
)
from trainer.commands.options import AsJson
from trainer.commands.spaced_lists import SpacedLists
from trainer.crops.in_season.evaluate_season import (
    SeasonEvaluation,
    SeasonOrder,
    evaluate_season,
)
from trainer.crops.in_season.season_files import REPORT, write_season
from trainer.crops.in_season.season_report import doubts_of, headline
from trainer.crops.prediction.open_teller import open_teller
from trainer.crops.prediction.prediction_order import (
    expect_days,
    season_days,
    series_digest,
)
from trainer.crops.prediction.season_day import day_text
from trainer.crops.series.series_folder import open_series_folder

app = typer.Typer(add_completion=False)


@app.command("evaluate", cls=SpacedLists)
def evaluate_crops(
    *,
    series: SeriesFolder,
    model: ModelPath,
    on: Dates = None,
    out: Annotated[Path, typer.Option(help="Folder of the report, to be made.")],
    margin: Annotated[
        float,
        typer.Option(
            min=0.001, max=0.5, help="Share of places that an early answer may spoil."
        ),
    ] = 0.05,
    as_json: AsJson = False,
) -> None:
    """Judge a model date by date; what comes after a date is removed before it."""
    expect_new(out)
    opened, teller = open_series_folder(series), open_teller(model)
    days = days_of(on) or season_days(opened, teller)
    expect_days(days, opened)
    order = SeasonOrder(days=days, margin=margin)
    with counted_progress("dates") as tell:
        found = evaluate_season(opened, series_digest(series), teller, order, tell)
    write_season(out, found)
    _print(found, out, as_json)


def _print(found: SeasonEvaluation, out: Path, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    console = Console()
    console.print(_table(found))
    console.print(headline(found), highlight=False)
    for doubt in doubts_of(found):
        console.print(f"doubt: {doubt}", highlight=False, style="yellow")
    console.print(f"report: {out / REPORT}", highlight=False, soft_wrap=True)


def _table(found: SeasonEvaluation) -> Table:
    heads = ("date", "n", "macro-F1", "90 %", "accuracy", "kappa", "sets held")
    table = Table(*heads, title=f"{found.fields} fields, {len(found.legend)} classes")
    for one in found.dates:
        table.add_row(
            day_text(one.day),
            str(one.n),
            f"{one.macro_f1:.3f}",
            f"{one.macro_f1_low:.3f} to {one.macro_f1_high:.3f}",
            f"{one.accuracy:.3f}",
            f"{one.kappa:.3f}",
            f"{100 * one.set_coverage:.0f} %",
        )
    return table
