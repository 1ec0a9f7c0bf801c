"""Every arm of the seeds' design with the three published 1D-CNNs, on real farms.

`python -m tests.benchmarks.transfer_study --full` takes four full-range LimeSoDa farms
in turn as the customer and all others as its library (organic matter counts as carbon
times 1.724), labels thirty of its soils at random, and judges on soils that are never
labelled, the same ones for all arms. Without `--full`, one recipe on one draw. It goes
on where it was stopped; reports and fits lie in `build/bench/transfer-study`, which is
to be deleted when the program has changed.

Epochs, learning rates, how deep a trunk is frozen, and whether fine-tuning helps at all
are chosen on whole groups held back inside the soils learned from. Nothing is chosen by
the judged soils. RS-Local keeps 100 soils, as the libraries hold 436 to 798. sc-93 is a
part of every library and never the customer, to save time: even sixty labels hardly
help there (`localised_accuracy`), so no arm could show much.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.benchmarks.measurement import Measurement, at_most, observed
from trainer.engine.engine import EngineChoice
from trainer.library.limesoda import limesoda_library, usable_farms
from trainer.localisation.rs_local.selection_settings import SelectionSettings
from trainer.localisation.transfer_arms.arm_catalogue import ArmSettings
from trainer.study.study import run_study
from trainer.study.study_files import write_study
from trainer.study.study_ledger import open_ledger
from trainer.study.study_order import Study, StudyOrder
from trainer.study.study_record import ArmSummary, StudyRecord
from trainer.study.study_result import StudyOutcome, StudyResult
from trainer.study.study_section import ranked_summaries
from trainer.training.training_settings import TrainingSettings

FOLDER = Path(__file__).parents[2] / "build" / "bench" / "transfer-study"
SLOW = "TERROIR_BENCH_SLOW"
LABELS, SET_ASIDE = 30, 60
DRIED_AND_ASD = "library@sc-93,sl-125,ul-120"
"""The farms whose dried soils an ASD spectrometer saw, as a named sub-library."""
DESIGN = (
    "local",
    "global",
    DRIED_AND_ASD,
    "dtl-i",
    "dtl-r",
    "dtl-ir",
    "frozen-trunk",
)
BESIDE = (
    "average",
    "auto",
    "average+auto",
    "memory-based",
    "local:pls",
    "global:pls",
    "spiked:pls",
    "dtl-i:pls",
)
GOAL_OVER_NETWORK = 0.742
"""The published gain of transfer over the local network: RMSE lower by 25.8 %."""
FARMS = usable_farms(organic_matter="convert")
CUSTOMERS = tuple(farm for farm in FARMS if farm != "sc-93")
SETTINGS = ArmSettings(
    training=TrainingSettings(epochs=40, patience=10),
    selection=SelectionSettings(keep=100),
    shelf=FOLDER / "networks",
)


def design_for(*recipes: str) -> tuple[str, ...]:
    """Return the seeds' design for these recipes."""
    return tuple(f"{arm}:{recipe}" for recipe in recipes for arm in DESIGN)


@dataclass(frozen=True)
class Part:
    """Arms that are drawn equally often."""

    name: str
    arms: tuple[str, ...]
    draws: int


FULL = (
    Part("china-and-sweden", (*BESIDE, *design_for("cnn-china", "cnn-sweden")), 2),
    # A wider network: a draw of it takes about three times as long as of the others.
    Part("usa", ("average", "auto", *design_for("cnn-usa")), 1),
)
QUICK = (Part("china", (*BESIDE, *design_for("cnn-china")), 1),)


def measure(parts: Sequence[Part]) -> Iterator[StudyRecord]:
    """Make what is left to make of each part, and leave its report."""
    for part in parts:
        study = study_of(part.arms, part.draws)
        with open_ledger(FOLDER) as ledger:
            record, results = run_study(study, ledger, EngineChoice(), _tell)
        folder = FOLDER / part.name
        folder.mkdir(exist_ok=True)
        write_study(folder, study, record, results)
        yield record


def study_of(arms: Sequence[str], draws: int) -> Study:
    """Return the study of these arms."""
    library = limesoda_library(FARMS, organic_matter="convert")
    order = StudyOrder(tuple(arms), CUSTOMERS, (LABELS,), draws, SET_ASIDE)
    return Study(library, library.targets, order, SETTINGS)


def bench_rows() -> list[Measurement]:
    """Return the figures of transfer for `make bench`; all of them only when slow."""
    records = list(measure(FULL if SLOW in os.environ else QUICK))
    return [
        *(
            observed(
                f"{one.arm} over {one.reference}, {one.labels} labels, "
                f"{one.farms} farms, {record.seeds} draws",
                one.ratio,
                "RMSE ratio",
            )
            for record in records
            for one in record.summaries
            if one.arm != one.reference
        ),
        at_most(
            "auto over local-only 1D-CNN, mean of recipes",
            auto_over_networks(records),
            "RMSE ratio",
            GOAL_OVER_NETWORK,
        ),
        observed(
            "fits of the transfer study that failed",
            sum(len(record.failures) for record in records),
            "",
        ),
    ]


def auto_over_networks(records: Sequence[StudyRecord]) -> float:
    """Return the geometric mean over recipes of `auto` over the local network."""
    ratios = []
    for record in records:
        to_average = {one.arm: one.against_common for one in record.summaries}
        ratios += [
            to_average["auto"] / ratio
            for arm, ratio in to_average.items()
            if arm.startswith("local:cnn-")
        ]
    return float(np.exp(np.mean(np.log(ratios))))


def study_table(record: StudyRecord) -> Table:
    """Return all arms over all farms as a table to print."""
    table = Table("arm", title=f"{LABELS} labels, draws: {record.seeds}, RMSE ratios")
    heads = ("to own local", "worst farm", "helped", "to average", "dRMSE", "ME", "CCC")
    for head in heads:
        table.add_column(head, justify="right")
    for one in ranked_summaries(record.summaries):
        table.add_row(one.arm, *_cells(one))
    return table


def farm_table(record: StudyRecord) -> Table:
    """Return the error of every arm on every farm as a table to print."""
    table = Table("arm", title=f"RMSE in %, {LABELS} labels, mean over draws")
    for farm in record.farms:
        table.add_column(farm, justify="right")
    for one in ranked_summaries(record.summaries):
        own = {score.farm: score for score in record.scores if score.arm == one.arm}
        cells = (f"{own[farm].mean.rmse:.3f}" for farm in record.farms if farm in own)
        table.add_row(one.arm, *cells)
    return table


def _cells(one: ArmSummary) -> tuple[str, ...]:
    is_itself = one.arm == one.reference
    return (
        "-" if is_itself else f"{one.ratio:.3f}",
        "-" if is_itself else f"{one.worst_ratio:.2f} {one.worst_farm}",
        "-" if is_itself else f"{one.helped} of {one.farms}",
        f"{one.against_common:.3f}",
        f"{one.difference:+.1f}",
        f"{one.me:+.2f}",
        f"{one.ccc:.2f}",
    )


def _tell(done: int, every: int, last: StudyOutcome | None) -> None:
    if last is not None:
        told = f"{last.fit_s:.1f} s" if isinstance(last, StudyResult) else last.reason
        task = last.task
        line = f"{done} of {every}: {task.arm} on {task.farm}, draw {task.seed}: {told}"
        Console(stderr=True).print(line, highlight=False, markup=False)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    console, records = Console(width=120), []
    for record in measure(FULL if parser.parse_args().full else QUICK):
        console.print(study_table(record))
        console.print(farm_table(record))
        records.append(record)
    gain = auto_over_networks(records) - 1
    console.print(f"auto against the local-only 1D-CNNs: {100 * gain:+.1f} %")
    console.print(f"reports: {FOLDER}", highlight=False)


if __name__ == "__main__":
    main()
