"""The page and the files of a study say what the record says."""

import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.trainer.study.small_study import ran, shown, small_study
from trainer.study.study_files import (
    PREDICTIONS,
    RECORD,
    REPORT,
    SCORES,
    write_study,
)
from trainer.study.study_record import ArmSummary, StudyRecord
from trainer.study.study_report import headline, render_study

__all__ = ["shown"]

Shown = Sequence[object]


def test_the_page_stands_alone_and_names_arms_failures_and_curves(
    shown: Shown, tmp_path: Path
) -> None:
    record, _ = ran(small_study(["level", "above", "failing"], seeds=1), tmp_path)

    page = render_study(record)

    assert not re.search(r'(src|href)="http|@import|url\(http', page)
    assert "no answer for this farm" in page
    assert "What more labels bring" in page
    assert page.count("<h2 class") == 2
    assert not shown


def test_the_page_tells_ratio_and_difference_of_each_arm(
    shown: Shown, tmp_path: Path
) -> None:
    study = small_study(["level", "above"], (12,), reference="level")
    record, _ = ran(study, tmp_path)
    (score,) = (
        one for one in record.scores if (one.arm, one.farm) == ("above", "farm-2")
    )

    page = render_study(record)

    assert f"{score.ratio:#.3g}" in page
    assert f"{score.difference:+.1f} ± {score.difference_spread:.1f}" in page
    assert "ΔRMSE, hundredths of" in page
    assert not shown


def test_the_headline_names_the_best_arm_and_whom_it_beats(
    shown: Shown, tmp_path: Path
) -> None:
    study = small_study(["level", "above"], (12,), reference="level")
    record, _ = ran(study, tmp_path)

    assert headline(record) == (
        "With 12 labels no arm beats level, the common reference, on the mean of farms"
    )
    assert (
        "above errs least on the mean of farms: -10.0 % against level; it helps 3 of 3"
        in (headline(with_ratio(record, 0.9)))
    )
    assert not shown


def with_ratio(record: StudyRecord, ratio: float) -> StudyRecord:
    """Return the record with another ratio of the arm `above`."""

    def changed(one: ArmSummary) -> ArmSummary:
        return msgspec.structs.replace(one, against_common=ratio, ratio=ratio, helped=3)

    return msgspec.structs.replace(
        record,
        summaries=tuple(
            changed(one) if one.arm == "above" else one for one in record.summaries
        ),
    )


def test_the_files_hold_every_score_and_prediction(
    shown: Shown, tmp_path: Path
) -> None:
    study = small_study(["level", "failing"])
    record, results = ran(study, tmp_path)

    write_study(tmp_path, study, record, results)

    scores, told = (
        list(csv.DictReader((tmp_path / name).read_text().splitlines()))
        for name in (SCORES, PREDICTIONS)
    )
    kept = json.loads((tmp_path / RECORD).read_text())
    assert (tmp_path / REPORT).read_text().startswith("<!doctype html>")
    assert len(scores) == len(kept["scores"]) == len(record.scores) == 10
    assert len(told) == sum(len(one.rows) for one in results.values())
    assert len(kept["failures"]) == 4
    assert not shown
