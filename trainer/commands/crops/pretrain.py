"""`terroir crops pretrain`: what series teach before anybody says what grew."""

import json
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from trainer.commands.crops.training_options import (
    Batch,
    Epochs,
    LearningRate,
    Network,
    OnDevice,
    Patience,
    Profile,
    Resume,
    RunOut,
    Seed,
    WindowDays,
    recipe_of,
    window_steps,
)
from trainer.commands.options import AsJson
from trainer.commands.service import stop_on_signal
from trainer.crops.learning.learning_settings import PRETRAINING, PretrainingPlan
from trainer.crops.learning.pretrain_series import PretrainedSeries, pretrain_series
from trainer.crops.learning.pretrained_encoder import save_encoder
from trainer.crops.networks.spectral_indices import SpectralIndices
from trainer.crops.prediction.prediction_order import series_digest
from trainer.crops.series.series_folder import open_series_folder
from trainer.exit_codes import ExitCode
from trainer.training.figure_telling import root_of_squares, squares_told
from trainer.training.run_folder import RunFolder

app = typer.Typer(add_completion=False)

ENCODER = "encoder.pt"


@app.command("pretrain")
def pretrain_crops(  # noqa: PLR0913 - one parameter an option, read by Typer
    *,
    series: Annotated[
        Path, typer.Argument(help="A folder of series; labels are not looked at.")
    ],
    out: RunOut,
    network: Network = "attention",
    hidden: Annotated[
        float, typer.Option(min=0.05, max=0.9, help="Share of the steps hidden.")
    ] = 0.4,
    resume: Resume = False,
    epochs: Epochs = PRETRAINING.epochs,
    patience: Patience = PRETRAINING.patience,
    batch: Batch = PRETRAINING.batch,
    learning_rate: LearningRate = PRETRAINING.learning_rate,
    window_days: WindowDays = None,
    device: OnDevice = "auto",
    seed: Seed = 0,
    profile: Profile = False,
    as_json: AsJson = False,
) -> None:
    """Teach an encoder to tell hidden observations from the others."""
    opened = open_series_folder(series)
    settings = msgspec.structs.replace(
        PRETRAINING,
        epochs=epochs,
        patience=patience,
        batch=batch,
        learning_rate=learning_rate,
        device=device,
    )
    plan = PretrainingPlan(
        recipe=recipe_of(network),
        settings=settings,
        seed=seed,
        hidden=hidden,
        window_steps=window_steps(window_days, opened.grid.bucket_days),
    )
    names = [one.name for one in opened.grid.channels]
    channels = SpectralIndices(names, taken=plan.recipe.with_indices).names
    folder = RunFolder(out, epochs, squares_told(channels, "series"), profile)
    stop = stop_on_signal()
    with folder.opened(resume, stop.is_set, Console(stderr=True)) as run:
        done = pretrain_series(
            plan, opened, run.watches, run.start, series_digest(series)
        )
    if done.is_finished:
        save_encoder(done.encoder, out / ENCODER)
    _print(done, out, as_json)
    if not done.is_finished:
        raise typer.Exit(ExitCode.INTERRUPTED)


def _print(done: PretrainedSeries, out: Path, as_json: bool) -> None:
    error = root_of_squares(done.standing.best_score)
    if as_json:
        told = {
            "epochs": done.standing.epoch,
            "best_epoch": done.standing.best_epoch,
            "error_in_deviations": error,
            "encoder": done.encoder.digest,
            "is_finished": done.is_finished,
        }
        typer.echo(json.dumps(told))
        return
    state = "pretrained" if done.is_finished else "stopped; go on with --resume"
    typer.echo(
        f"{state}: {done.standing.epoch} epochs, hidden observations told to "
        f"{error:.3f} of a deviation: {out}"
    )
