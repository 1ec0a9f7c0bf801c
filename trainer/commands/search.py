"""`terroir search`: let Bayesian optimisation find a network's blocks."""

from pathlib import Path
from typing import Annotated

import msgspec
import optuna
import typer
from rich.console import Console

from trainer.commands.options import AsJson
from trainer.commands.service import stop_on_signal
from trainer.durable_files import write_durably
from trainer.evaluation.soils_of_library import soils_of
from trainer.exit_codes import ExitCode
from trainer.library.parquet_table import read_library
from trainer.networks.network_recipe import recipe_as_json
from trainer.training.architecture_search import (
    SearchOrder,
    best_plan,
    judged,
    open_study,
    search,
)
from trainer.training.parameter_importance import importance_plot, importances
from trainer.training.training_settings import Device, TrainingSettings

app = typer.Typer(add_completion=False)


@app.command("search")
def search_network(  # noqa: PLR0913 - one parameter an option, read by Typer
    *,
    library: Annotated[Path, typer.Option(help="A library.")],
    target: Annotated[list[str], typer.Option(help="What to tell; may be repeated.")],
    study: Annotated[Path, typer.Option(help="The study's SQLite file.")],
    trials: Annotated[
        int, typer.Option(min=1, help="How many networks the study should hold.")
    ] = 50,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a study that is there.")
    ] = False,
    epochs: Annotated[int, typer.Option(min=2, help="The most epochs a trial.")] = 60,
    patience: Annotated[int, typer.Option(min=1)] = 12,
    device: Annotated[Device, typer.Option()] = "auto",
    seed: Annotated[int, typer.Option(min=0)] = 0,
    as_json: AsJson = False,
) -> None:
    """Try networks; write the best as a recipe and draw which choices mattered.

    The soils that choose cannot also judge: `terroir evaluate` the winner on others.
    """
    settings = TrainingSettings(epochs=epochs, patience=patience, device=device)
    order = SearchOrder(soils_of(read_library(library), target), settings, seed)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    opened = open_study(study, order, resume)
    stop, console = stop_on_signal(), Console(stderr=True)
    with console.status("searching") as status:
        search(
            opened,
            order,
            trials,
            stop.is_set,
            lambda so_far: status.update(_state_of(so_far, trials)),
        )
    _write(opened, order, study)
    _print(opened, order, study, as_json)
    if judged(opened) < trials:
        raise typer.Exit(ExitCode.INTERRUPTED)


def _state_of(study: optuna.Study, trials: int) -> str:
    scores = [one.value for one in study.get_trials(deepcopy=False) if one.value]
    best = f", best error {min(scores) ** 0.5:.3f} sd" if scores else ""
    return f"{judged(study)} of {trials} networks{best}"


def _recipe_file(study: Path) -> Path:
    return study.with_suffix(".recipe.json")


def _plot_file(study: Path) -> Path:
    return study.with_suffix(".importance.svg")


def _write(study: optuna.Study, order: SearchOrder, path: Path) -> None:
    plan = best_plan(study, order)
    write_durably(_recipe_file(path), recipe_as_json(plan.recipe) + b"\n")
    write_durably(_plot_file(path), importance_plot(study))


def _print(study: optuna.Study, order: SearchOrder, path: Path, as_json: bool) -> None:
    best = study.best_trial
    told = {
        "trials": judged(study),
        "best_trial": best.number,
        "error_sd": (best.value or 0.0) ** 0.5,
        "plan": best_plan(study, order),
        "importances": importances(study),
        "recipe": str(_recipe_file(path)),
        "importance_plot": str(_plot_file(path)),
    }
    if as_json:
        typer.echo(msgspec.json.encode(told).decode())
        return
    typer.echo(
        f"{told['trials']} networks; the best, trial {best.number}, errs by "
        f"{told['error_sd']:.3f} sd on soils held back (they chose it)\n"
        f"learning rate {best.params['learning rate']:.2g}; recipe: {told['recipe']}\n"
        f"what mattered: {told['importance_plot']}"
    )
