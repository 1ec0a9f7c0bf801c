"""`terroir crops train`: from series to a model that tells crops and how sure it is."""

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
from trainer.crops.learning.crop_job import MODEL, CarriedOut, CropJob, carry_out
from trainer.crops.learning.learning_settings import (
    Augmentation,
    ClassWeighting,
    CropPlan,
    LossRule,
    Robustness,
    SeriesSettings,
)
from trainer.crops.learning.pretrained_encoder import load_encoder
from trainer.crops.learning.training_summary import TrainingSummary, summary_of
from trainer.crops.prediction.prediction_order import series_digest
from trainer.crops.series.series_folder import open_series_folder
from trainer.durable_files import write_durably
from trainer.exit_codes import ExitCode

app = typer.Typer(add_completion=False)

SUMMARY = "training.json"
USUAL = SeriesSettings()


@app.command("train")
def train_crops(  # noqa: PLR0913 - one parameter an option, read by Typer
    *,
    series: Annotated[Path, typer.Argument(help="A folder of series.")],
    out: RunOut,
    network: Network = "attention",
    pretrained: Annotated[
        Path | None,
        typer.Option(
            "--from", help="An encoder of `terroir crops pretrain` to begin with."
        ),
    ] = None,
    members: Annotated[
        int, typer.Option(min=1, help="Networks that answer together.")
    ] = 1,
    resume: Resume = False,
    epochs: Epochs = USUAL.epochs,
    patience: Patience = USUAL.patience,
    batch: Batch = USUAL.batch,
    learning_rate: LearningRate = USUAL.learning_rate,
    window_days: WindowDays = None,
    class_weights: Annotated[
        ClassWeighting, typer.Option(help="What places of rare classes count more.")
    ] = USUAL.loss.class_weights,
    loss: Annotated[
        Robustness, typer.Option(help="`generalised` forgives labels that are wrong.")
    ] = USUAL.loss.kind,
    smoothing: Annotated[
        float, typer.Option(min=0, max=0.9, help="Of labels, over all classes.")
    ] = USUAL.loss.smoothing,
    removed: Annotated[
        float, typer.Option(min=0, max=0.5, help="Share of observations taken away.")
    ] = USUAL.augmentation.removed,
    device: OnDevice = "auto",
    seed: Seed = 0,
    profile: Profile = False,
    as_json: AsJson = False,
) -> None:
    """Train until the score stalls; Ctrl-C leaves a checkpoint to resume from."""
    opened = open_series_folder(series)
    steps = window_steps(window_days, opened.grid.bucket_days)
    settings = SeriesSettings(
        epochs=epochs,
        patience=patience,
        batch=batch,
        learning_rate=learning_rate,
        device=device,
        loss=LossRule(kind=loss, smoothing=smoothing, class_weights=class_weights),
        augmentation=Augmentation(removed=removed, window_steps=steps),
    )
    encoder = None if pretrained is None else load_encoder(pretrained)
    digest = None if encoder is None else encoder.digest
    plan = CropPlan(
        recipe=recipe_of(network), settings=settings, seed=seed, pretrained=digest
    )
    job = CropJob(
        plan=plan,
        series=opened,
        digest=series_digest(series),
        folder=out,
        members=members,
        pretrained=encoder,
        profiles=profile,
    )
    stop = stop_on_signal()
    done = carry_out(job, resume, stop.is_set, Console(stderr=True))
    summary = summary_of(job, done)
    written = msgspec.json.format(msgspec.json.encode(summary)) + b"\n"
    write_durably(out / SUMMARY, written)
    if as_json:
        typer.echo(written.decode(), nl=False)
    else:
        _print(summary, done, out)
    if done.about is None:
        raise typer.Exit(ExitCode.INTERRUPTED)


def _print(summary: TrainingSummary, done: CarriedOut, out: Path) -> None:
    if done.about is None:
        typer.echo(f"stopped; go on with --resume: {out}")
        return
    for at, one in enumerate(summary.members):
        typer.echo(
            f"member {at + 1}: {one.epochs} epochs, best {one.best_epoch + 1}, "
            f"{one.trained_on} places learned from, {one.held_back} told when to stop"
        )
    figures = done.about.figures
    for one_class in figures.classes:
        typer.echo(
            f"{one_class.name}: F1 {one_class.f1:.2f} of {one_class.places} places"
        )
    typer.echo(
        f"macro-F1 {figures.macro_f1:.3f}, accuracy {figures.accuracy:.3f}, kappa "
        f"{figures.kappa:.3f} on {summary.judged_on} places held back: {out / MODEL}"
    )
