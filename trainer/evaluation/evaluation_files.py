"""What an evaluation leaves in its folder, beside the fits.

report.html for people, evaluation.json for machines, predictions.csv for whoever wants
to compute anew, and a card for each method.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from trainer.durable_files import write_all_durably
from trainer.evaluation.evaluation_report import render_evaluation
from trainer.evaluation.evaluation_result import Evaluation, encode_evaluation
from trainer.evaluation.evaluation_run import Comparison
from trainer.evaluation.fold_result import FoldResult
from trainer.evaluation.judged_soils import JudgedSoils, judged_soils
from trainer.evaluation.method_card import method_card
from trainer.evaluation.result_folder import plain_name

REPORT, RECORD, PREDICTIONS = "report.html", "evaluation.json", "predictions.csv"
COLUMNS = (
    "id.sample",
    "farm",
    "target",
    "method",
    "seed",
    "fold",
    "observed",
    "predicted",
    "half_width",
)


def write_evaluation(
    folder: Path,
    evaluation: Evaluation,
    comparison: Comparison,
    results: Sequence[FoldResult],
) -> None:
    """Write report, record, predictions and cards, all or none."""
    told = {one.name for one in evaluation.methods}
    judged = judged_soils(
        (one for one in results if one.method in told), comparison.soils
    )
    first_seed = {one.method: one for one in reversed(judged)}
    page = render_evaluation(evaluation, first_seed, comparison.library)
    cards = {
        f"card-{plain_name(one.name)}.md": method_card(evaluation, one.name).encode()
        for one in evaluation.methods
    }
    files = {
        REPORT: page.encode(),
        RECORD: encode_evaluation(evaluation) + b"\n",
        PREDICTIONS: _predictions(comparison, judged).encode(),
    }
    write_all_durably(folder, files | cards)


def _predictions(comparison: Comparison, judged: Sequence[JudgedSoils]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in judged:
        writer.writerows(_lines(comparison, one))
    return text.getvalue()


def _lines(comparison: Comparison, judged: JudgedSoils) -> Iterator[tuple[object, ...]]:
    library = comparison.library
    for column, target in enumerate(comparison.targets):
        for place, row in enumerate(judged.rows.tolist()):
            numbers = (judged.observed, judged.predicted, judged.half_width)
            yield (
                library.soils[row],
                library.farms[row],
                target,
                judged.method,
                judged.seed,
                int(judged.folds[place]),
                *(f"{table[place, column]:.6g}" for table in numbers),
            )
