"""`terroir evaluate`: compare methods on soils that they have not seen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from protocols.units import unit_of
from trainer.commands.engine_option import Engine, Jobs, engine_choice
from trainer.commands.fit_progress import fit_progress, stopping_kindly
from trainer.commands.options import AsJson
from trainer.commands.spaced_lists import SpacedLists
from trainer.evaluation.evaluation import evaluate
from trainer.evaluation.evaluation_files import REPORT, write_evaluation
from trainer.evaluation.evaluation_result import Evaluation, encode_evaluation
from trainer.evaluation.evaluation_run import Comparison, EvaluationOrder
from trainer.evaluation.fold_result import FoldFailure
from trainer.evaluation.fold_workers import Outcome
from trainer.evaluation.method_catalogue import with_baselines
from trainer.evaluation.result_folder import ResultFolder
from trainer.evaluation.score_tables import overview, verdict
from trainer.exit_codes import ExitCode
from trainer.library.parquet_table import read_library
from trainer.library.spectral_library import SpectralLibrary
from trainer.library.splits import Split, SplitKind, load_split, make_split, save_split

app = typer.Typer(add_completion=False)

LibraryFile = Annotated[Path, typer.Option(help="A library's Parquet file.")]
Targets = Annotated[list[str], typer.Option(help="OSSL names of what to tell.")]
Methods = Annotated[list[str], typer.Option(help="Methods to compare.")]
SplitFile = Annotated[
    Path | None, typer.Option("--split", help="A saved split, shared by all seeds.")
]
Kind = Annotated[
    SplitKind, typer.Option(help="Without --split: how each seed's split is made.")
]
Sizes = Annotated[
    list[int] | None,
    typer.Option("--learning-curve", help="Also learn from so many soils only."),
]


@app.command("evaluate", cls=SpacedLists)
def evaluate_methods(  # noqa: PLR0913 - one parameter an option, read by Typer
    *,
    library: LibraryFile,
    targets: Targets,
    methods: Methods,
    split: SplitFile = None,
    kind: Kind = "grouped",
    folds: Annotated[int, typer.Option(min=2, help="How many folds.")] = 10,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds.")] = 3,
    baselines: Annotated[
        bool, typer.Option(help="Compare with the catalogue's baselines too.")
    ] = True,
    learning_curve: Sizes = None,
    interval_folds: Annotated[
        int, typer.Option(min=0, help="Inner folds that intervals rest on; 0: none.")
    ] = 5,
    jobs: Jobs = 1,
    engine: Engine = None,
    out: Annotated[
        Path, typer.Option(help="Folder of the report; finished fits are kept there.")
    ] = Path("evaluation"),
    as_json: AsJson = False,
) -> None:
    """Fit every method on every fold and seed, and report beside the baselines.

    Stop it at any time: what is finished is kept in the folder and not made again.
    """
    choice, soils = engine_choice(engine, jobs), read_library(library)
    comparison = Comparison(
        library=soils,
        targets=tuple(dict.fromkeys(targets)),
        splits=tuple(_splits(soils, split, kind, folds, seeds)),
        order=EvaluationOrder(
            methods=with_baselines(methods) if baselines else tuple(methods),
            seeds=seeds,
            training_sizes=tuple(sorted(set(learning_curve or ()))),
            interval_folds=interval_folds,
        ),
    )
    folder = ResultFolder(out)
    for made in comparison.splits:
        save_split(made, out / f"split-{made.seed}.json")
    with stopping_kindly(), fit_progress(_failure_of) as tell:
        found, results = evaluate(comparison, folder, choice, tell)
    write_evaluation(out, found, comparison, results)
    _print(found, out, as_json)
    if not found.methods:
        raise typer.Exit(ExitCode.REFUSED)


def _splits(
    library: SpectralLibrary, path: Path | None, kind: SplitKind, folds: int, seeds: int
) -> Iterator[Split]:
    """Read the split that all seeds share, or make one a seed where it is drawn."""
    if path is not None:
        yield load_split(path, library.digest)
        return
    is_drawn = kind in ("grouped", "stratified")
    for seed in range(seeds if is_drawn else 1):
        yield make_split(library, kind, folds, seed)


def _failure_of(outcome: Outcome) -> tuple[str, str] | None:
    if isinstance(outcome, FoldFailure):
        return outcome.method, outcome.reason
    return None


def _print(found: Evaluation, out: Path, as_json: bool) -> None:
    if as_json:
        typer.echo(encode_evaluation(found).decode())
        return
    console = Console()
    console.print(_table(found))
    for target in found.targets:
        if found.methods:
            console.print(f"{target.name}: {verdict(found, target.name)}")
    failed = sorted({one.method for one in found.failures})
    if failed:
        console.print(f"failed: {', '.join(failed)}", style="red")
    console.print(f"report: {out / REPORT}", highlight=False)


def _table(found: Evaluation) -> Table:
    table = Table("method", title=f"RMSE (seeds: {found.seeds}); * least, ~ not apart")
    for target in found.targets:
        head = f"{target.name}, {unit_of(target.name)}"
        table.add_column(head, justify="right", overflow="fold")
    signs = {"best": " *", "alike": " ~", "": "  "}
    for method, cells in overview(found):
        table.add_row(method, *(f"{one.text}{signs[one.mark]}" for one in cells))
    return table
