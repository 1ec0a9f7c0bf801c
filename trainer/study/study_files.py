"""What a study leaves in its folder, beside the outcomes of its fits.

report.html for people, study.json for machines, scores.csv and predictions.csv for
whoever wants to compute anew.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from trainer.durable_files import write_all_durably
from trainer.study.selection_section import selections_of
from trainer.study.study_order import Study, StudyTask
from trainer.study.study_record import ArmScore, StudyRecord, encode_study
from trainer.study.study_report import render_study
from trainer.study.study_result import StudyResult

REPORT, RECORD = "report.html", "study.json"
SCORES, PREDICTIONS = "scores.csv", "predictions.csv"
FIGURES = ("rmse", "me", "r2", "ccc", "rpiq")
SCORE_COLUMNS = (
    "arm",
    "farm",
    "target",
    "labels",
    "seeds",
    "n",
    *FIGURES,
    "rmse_spread",
    "reference",
    "delta_rmse",
    "delta_rmse_spread",
    "ratio",
    "against_common",
)
PREDICTION_COLUMNS = (
    "id.sample",
    "farm",
    "target",
    "arm",
    "labels",
    "seed",
    "observed",
    "predicted",
)

Results = Mapping[StudyTask, StudyResult]


def write_study(
    folder: Path, study: Study, record: StudyRecord, results: Results
) -> None:
    """Write report, record and tables, all or none."""
    page = render_study(record, tuple(selections_of(study, results)))
    files = {
        REPORT: page.encode(),
        RECORD: encode_study(record) + b"\n",
        SCORES: _table(SCORE_COLUMNS, map(_score_line, record.scores)),
        PREDICTIONS: _table(PREDICTION_COLUMNS, _prediction_lines(study, results)),
    }
    write_all_durably(folder, files)


def _table(columns: tuple[str, ...], lines: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return text.getvalue().encode()


def _score_line(one: ArmScore) -> tuple[object, ...]:
    figures = asdict(one.mean)
    return (
        *(one.arm, one.farm, one.target, one.labels, one.seeds, one.mean.n),
        *(f"{figures[name]:.6g}" for name in FIGURES),
        f"{one.spread.rmse:.6g}",
        one.reference,
        *(
            f"{value:.6g}"
            for value in (
                one.difference,
                one.difference_spread,
                one.ratio,
                one.against_common,
            )
        ),
    )


def _prediction_lines(study: Study, results: Results) -> Iterator[tuple[object, ...]]:
    soils = study.library.soils
    for task, result in results.items():
        for column, target in enumerate(study.targets):
            observed = study.soils.values[list(result.rows), column]
            told = result.answers[:, column]
            for row, truth, guess in zip(result.rows, observed, told, strict=True):
                yield (
                    *(soils[row], task.farm, target, task.arm),
                    *(task.labels, task.seed, f"{truth:.6g}", f"{guess:.6g}"),
                )
