"""`terroir study`: compare ways from a library and a few labels to a farm's model."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from trainer.commands.engine_option import Engine, Jobs, engine_choice
from trainer.commands.fit_progress import fit_progress, stopping_kindly
from trainer.commands.options import AsJson
from trainer.commands.spaced_lists import SpacedLists
from trainer.exit_codes import ExitCode
from trainer.library.opened_soils import open_library
from trainer.localisation.rs_local.selection_settings import SelectionSettings
from trainer.localisation.transfer_arms.arm_catalogue import ArmSettings
from trainer.localisation.transfer_arms.representation_transfer import FEW_LABELS
from trainer.study.study import run_study
from trainer.study.study_files import REPORT, write_study
from trainer.study.study_ledger import open_ledger
from trainer.study.study_order import Study, StudyOrder
from trainer.study.study_record import StudyRecord, encode_study
from trainer.study.study_result import StudyFailure, StudyOutcome
from trainer.study.study_section import section_of
from trainer.training.training_settings import TrainingSettings

app = typer.Typer(add_completion=False)

USUAL, RS_LOCAL = TrainingSettings(), SelectionSettings()
NETWORKS = "networks"
RATES = "Learning rates to choose from on groups held back; else 0.001."


@app.command("study", cls=SpacedLists)
def study_arms(  # noqa: PLR0913 - one parameter an option, read by Typer
    *,
    library: Annotated[Path, typer.Option(help="A library, imported or as a table.")],
    targets: Annotated[list[str], typer.Option(help="OSSL names of what to tell.")],
    arms: Annotated[
        list[str],
        typer.Option(help="Such as average, auto, local:pls, dtl-r:cnn-usa, a+b."),
    ],
    labels: Annotated[list[int], typer.Option(help="Numbers of labels of a farm.")],
    farms: Annotated[
        list[str] | None, typer.Option(help="Customers in turn; else every farm.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Draws of labels.")] = 3,
    reserved: Annotated[
        int | None,
        typer.Option(min=1, help="Soils set aside for labels; else the most labels."),
    ] = None,
    reference: Annotated[
        str, typer.Option(help="What arms without a local counterpart are set against.")
    ] = "",
    epochs: Annotated[int, typer.Option(min=2)] = USUAL.epochs,
    patience: Annotated[int, typer.Option(min=1)] = USUAL.patience,
    learning_rates: Annotated[list[float] | None, typer.Option(help=RATES)] = None,
    few_epochs: Annotated[
        int, typer.Option(min=2, help="The most epochs on a farm's labels alone.")
    ] = FEW_LABELS.epochs,
    keep: Annotated[
        int, typer.Option(min=1, help="Library soils that RS-Local keeps.")
    ] = RS_LOCAL.keep,
    jobs: Jobs = 1,
    engine: Engine = None,
    out: Annotated[
        Path, typer.Option(help="Folder of the report; finished fits are kept there.")
    ] = Path("study"),
    as_json: AsJson = False,
) -> None:
    """Fit every arm on every farm, number of labels and draw, and report.

    Stop it at any time: what is finished is kept in the folder and not made again.
    """
    choice, soils = engine_choice(engine, jobs), open_library(library)
    study = Study(
        library=soils,
        targets=tuple(dict.fromkeys(targets)),
        order=StudyOrder(
            arms=tuple(dict.fromkeys(arms)),
            farms=tuple(dict.fromkeys(farms or soils.farm_names)),
            labels=tuple(sorted(set(labels))),
            seeds=seeds,
            reserved=reserved,
            reference=reference,
        ),
        settings=ArmSettings(
            training=TrainingSettings(epochs=epochs, patience=patience),
            learning_rates=tuple(learning_rates or ()),
            few_labels=TrainingSettings(
                epochs=few_epochs,
                patience=min(FEW_LABELS.patience, few_epochs - 1),
                batch=FEW_LABELS.batch,
                validation_share=FEW_LABELS.validation_share,
            ),
            selection=SelectionSettings(keep=keep),
            shelf=out / NETWORKS,
        ),
    )
    with (
        open_ledger(out) as ledger,
        stopping_kindly(),
        fit_progress(_failure_of) as tell,
    ):
        record, results = run_study(study, ledger, choice, tell)
    write_study(out, study, record, results)
    _print(record, out, as_json)
    if not record.scores:
        raise typer.Exit(ExitCode.REFUSED)


def _failure_of(outcome: StudyOutcome) -> tuple[str, str] | None:
    if isinstance(outcome, StudyFailure):
        return outcome.task.arm, outcome.reason
    return None


def _print(record: StudyRecord, out: Path, as_json: bool) -> None:
    if as_json:
        typer.echo(encode_study(record).decode())
        return
    console = Console()
    for target in record.targets:
        for labels in record.labels:
            console.print(study_table(record, target, labels))
            console.print(section_of(record, target, labels).verdict, highlight=False)
    if record.failures:
        failed = sorted({one.arm for one in record.failures})
        console.print(f"failed on some draws: {', '.join(failed)}", style="red")
    console.print(f"report: {out / REPORT}", highlight=False)


def study_table(record: StudyRecord, target: str, labels: int) -> Table:
    """Return all arms over all farms at one number of labels."""
    table = Table(title=f"{target}, {labels} labels; ratio to each arm's own local one")
    table.add_column("arm", no_wrap=True)
    heads = ("ratio", "worst", "helped", f"to {record.common}", "dRMSE", "CCC")
    for head in heads:
        table.add_column(head, justify="right")
    for one in section_of(record, target, labels).rows:
        figures = (one.ratio, one.worst, one.helped, one.against_common)
        table.add_row(one.arm, *figures, one.difference, one.ccc)
    return table
