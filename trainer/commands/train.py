"""`terroir train`: train a network on a library."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from protocols.units import unit_of
from trainer.commands.options import AsJson
from trainer.commands.service import stop_on_signal
from trainer.durable_files import write_durably
from trainer.evaluation.soils_of_library import soils_of
from trainer.exit_codes import ExitCode
from trainer.export.network_graph import export_network
from trainer.library.parquet_table import read_library
from trainer.networks.named_recipes import recipe_named
from trainer.networks.network_recipe import NetworkRecipe, recipe_from_json
from trainer.training.train_network import TrainedNetwork
from trainer.training.training_job import TrainingJob, carry_out
from trainer.training.training_report import (
    TrainingReport,
    report_as_json,
    training_report,
)
from trainer.training.training_settings import (
    Device,
    TrainingPlan,
    TrainingSettings,
    Weighting,
)

app = typer.Typer(add_completion=False)

REPORT = "training.json"
USUAL = TrainingSettings()


@app.command()
def train(  # noqa: PLR0913 - one parameter an option, read by Typer
    *,
    library: Annotated[Path, typer.Option(help="A library.")],
    recipe: Annotated[
        str, typer.Option(help="A recipe's name, such as cnn-usa, or its JSON file.")
    ],
    target: Annotated[list[str], typer.Option(help="What to tell; may be repeated.")],
    out: Annotated[Path, typer.Option(help="The run's folder.")],
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the folder's checkpoint.")
    ] = False,
    epochs: Annotated[int, typer.Option(min=2)] = USUAL.epochs,
    patience: Annotated[
        int, typer.Option(min=1, help="Epochs without a better score before the end.")
    ] = USUAL.patience,
    batch: Annotated[int, typer.Option(min=2, help="Soils at once.")] = USUAL.batch,
    learning_rate: Annotated[float, typer.Option()] = USUAL.learning_rate,
    weighting: Annotated[
        Weighting, typer.Option(help="How the targets' errors become one loss.")
    ] = USUAL.weighting,
    device: Annotated[Device, typer.Option()] = "auto",
    seed: Annotated[int, typer.Option(min=0)] = 0,
    profile: Annotated[
        bool, typer.Option("--profile", help="Trace some batches for TensorBoard.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Train until the score stalls; Ctrl-C leaves a checkpoint to resume from."""
    settings = TrainingSettings(
        epochs=epochs,
        patience=patience,
        batch=batch,
        learning_rate=learning_rate,
        weighting=weighting,
        device=device,
    )
    plan = TrainingPlan(recipe=recipe_of(recipe), settings=settings, seed=seed)
    read = read_library(library)
    soils = soils_of(read, target)
    job = TrainingJob(plan, soils, out, profile)
    stop = stop_on_signal()
    trained = carry_out(job, resume, stop.is_set, Console(stderr=True))
    report = training_report(plan, read.digest, soils, trained)
    write_durably(out / REPORT, report_as_json(report))
    about = _write_graphs(trained, out) if trained.is_finished else ()
    _print(report, out, as_json)
    for sentence in about:
        typer.echo(sentence, err=as_json)
    if not trained.is_finished:
        raise typer.Exit(ExitCode.INTERRUPTED)


def _write_graphs(trained: TrainedNetwork, out: Path) -> tuple[str, ...]:
    """Write the smallest graphs that answer as the network; say why those."""
    exported = export_network(trained)
    for name, graph in exported.members.items():
        write_durably(out / name, graph)
    return exported.sentences


def recipe_of(told: str) -> NetworkRecipe:
    """Return the recipe of this name, or the one in this file."""
    path = Path(told)
    return recipe_from_json(path.read_bytes()) if path.is_file() else recipe_named(told)


def _print(report: TrainingReport, out: Path, as_json: bool) -> None:
    if as_json:
        typer.echo(report_as_json(report).decode(), nl=False)
        return
    state = "trained" if report.is_finished else "stopped; go on with --resume"
    typer.echo(f"{state}: {report.epochs} epochs, best {report.best_epoch + 1}: {out}")
    for one in report.errors:
        typer.echo(
            f"{one.target}: RMSE {one.rmse:.3g} {unit_of(one.target)} on {one.soils} "
            "soils held back"
        )
    typer.echo(report.caution)
