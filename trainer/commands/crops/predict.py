"""`terroir crops predict`: from series to Parquet of what grows where."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from trainer.commands.crops.model_and_series import (
    Dates,
    ModelPath,
    counted_progress,
    days_of,
)
from trainer.commands.fit_progress import stopping_kindly
from trainer.commands.options import AsJson
from trainer.commands.spaced_lists import SpacedLists
from trainer.crops.prediction.crop_answers import CropTeller
from trainer.crops.prediction.observed_series import Observed, observed_series
from trainer.crops.prediction.open_teller import open_teller
from trainer.crops.prediction.predict_series import PredictionPace, predict_series
from trainer.crops.prediction.prediction_folder import PredictionFolder
from trainer.crops.prediction.prediction_order import (
    PLACES_A_PART,
    PredictionOrder,
    manifest_of,
    series_digest,
)
from trainer.crops.prediction.season_record import read_season_record
from trainer.crops.series.series_folder import open_series_folder

app = typer.Typer(add_completion=False)


@app.command("predict", cls=SpacedLists)
def predict_crops(  # noqa: PLR0913 - one parameter an option, read by Typer
    *,
    model: ModelPath,
    series: Annotated[
        Path | None, typer.Option(help="The folder of series; or take --observations.")
    ] = None,
    observations: Annotated[
        str | None,
        typer.Option(
            help="Parquet of observations, prepared first, into OUT-series: a file, a "
            "folder, or s3://..."
        ),
    ] = None,
    on: Dates = None,
    season: Annotated[
        Path | None,
        typer.Option(help="An evaluation's folder: its early answers, sets by date."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of Parquet; gone on with.")],
    places_a_part: Annotated[
        int, typer.Option(min=1, help="Places in memory together.")
    ] = PLACES_A_PART,
    as_json: AsJson = False,
) -> None:
    """Predict every place on every date; without a date, at the season's end.

    Stop it at any time: finished parts are kept, and the same order goes on.
    """
    teller = open_teller(model)
    at = _series_folder(series, observations, teller, out)
    opened = open_series_folder(at)
    record = read_season_record(season, teller.digest) if season else None
    order = PredictionOrder(days_of(on), record, places_a_part)
    manifest = manifest_of(order, opened, series_digest(at), teller)
    folder = PredictionFolder.begin(out, manifest)
    with stopping_kindly(), counted_progress("places") as tell:
        pace = predict_series(opened, teller, folder, tell)
    _print(folder, pace, as_json)


def _series_folder(
    series: Path | None, observations: str | None, teller: CropTeller, out: Path
) -> Path:
    """Return the series: those named, or those that the observations come to."""
    if (series is None) == (observations is None):
        raise typer.BadParameter(
            "expected one of --series and --observations, found both or none"
        )
    if series is not None:
        return series
    asked = Observed(str(observations), out.with_name(f"{out.name}-series"))
    with counted_progress("parts prepared") as tell:
        return observed_series(asked, teller, lambda now: tell(now.parts, now.of))


def _print(folder: PredictionFolder, pace: PredictionPace, as_json: bool) -> None:
    manifest, total = folder.manifest, max(pace.total_s, 1e-9)
    told = {
        "out": str(folder.path),
        "places": manifest.places,
        "days": manifest.days,
        "model": manifest.model,
        "answers": pace.series,
        "answers_a_second": pace.series / total,
        "reading_share": pace.reading_s / total,
    }
    if as_json:
        typer.echo(msgspec.json.encode(told).decode())
        return
    Console().print(
        f"{manifest.places} places on {len(manifest.days)} dates: {folder.path}\n"
        f"{pace.series} answers now, {pace.series / total:.0f} a second, "
        f"{100 * pace.reading_s / total:.0f} % of the time reading",
        highlight=False,
        soft_wrap=True,
    )
