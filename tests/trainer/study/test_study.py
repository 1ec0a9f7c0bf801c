"""A study shows arms what they may see, goes on where it was, and tells what failed."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.trainer.localisation.made_soils import CARBON, CLAY
from tests.trainer.study.small_study import (
    FARMS,
    Interrupted,
    figures_of,
    offered,
    ran,
    shown,
    small_study,
    untold,
)
from trainer.calibrations.calibration import Soils
from trainer.engine.engine import EngineChoice
from trainer.errors import EvaluationError, WorkspaceError
from trainer.library.spectral_library import SpectralLibrary
from trainer.study.study import run_study
from trainer.study.study_fit import fit_task, refuse_leak
from trainer.study.study_ledger import FILE, open_ledger
from trainer.study.study_order import StudyOrder, StudyTask
from trainer.study.study_result import StudyResult

Shown = Sequence[tuple[SpectralLibrary | None, Soils]]

__all__ = ["shown"]


def test_arms_are_never_shown_a_judged_soil_nor_one_of_its_group(
    shown: Shown, tmp_path: Path
) -> None:
    study = small_study(["shown"])

    _, results = ran(study, tmp_path)

    assert len(shown) == len(results) == 12
    for (library, farm), result in zip(shown, results.values(), strict=True):
        assert library is not None
        judged = {study.library.groups[row] for row in result.rows}
        assert not judged & {*library.groups, *farm.groups}
        assert len(farm) == result.task.labels


def test_a_draw_that_leaks_is_refused(shown: Shown) -> None:
    study = small_study(["shown"])
    draw = study.draw(StudyTask("shown", "farm-0", 6, 0))
    leaking = replace(draw, labelled=np.append(draw.labelled, draw.judged[0]))

    with pytest.raises(EvaluationError, match="no group on both sides"):
        refuse_leak(study, leaking)
    assert not shown


def test_a_finished_study_fits_nothing_again(shown: Shown, tmp_path: Path) -> None:
    first, _ = ran(small_study(), tmp_path)
    fitted = len(shown)

    again, _ = ran(small_study(), tmp_path)

    assert len(shown) == fitted
    assert figures_of(again) == figures_of(first)


def test_more_arms_labels_and_seeds_fit_only_what_is_new(
    shown: Shown, tmp_path: Path
) -> None:
    ran(small_study(["shown"], (12,), seeds=1), tmp_path)

    ran(small_study(["shown", "level"], (6, 12), seeds=1), tmp_path)

    assert len(shown) == 2 * len(FARMS)


def test_a_stopped_study_goes_on_where_it_was(tmp_path: Path) -> None:
    arm = Interrupted()

    with offered(arm):
        study = small_study(["interrupted"])
        with pytest.raises(KeyboardInterrupt):
            ran(study, tmp_path)
        kept = (tmp_path / FILE).read_text().splitlines()
        record, results = ran(study, tmp_path)

    assert len(kept) == 2
    assert len(arm.shown) == len(results) == 12
    assert len(record.scores) == 6


def test_a_failing_arm_is_recorded_with_its_reason_and_stops_no_other(
    shown: Shown, tmp_path: Path
) -> None:
    record, results = ran(small_study(["failing", "shown"]), tmp_path)

    assert {one.farm for one in record.failures} == {"farm-1"}
    assert {one.reason for one in record.failures} == {
        "ValueError: no answer for this farm"
    }
    assert len(results) == 20
    failed = [one for one in record.scores if one.arm == "failing"]
    assert {one.farm for one in failed} == {"farm-0", "farm-2"}
    assert len(shown) == 12


def test_a_failure_is_not_tried_again(shown: Shown, tmp_path: Path) -> None:
    ran(small_study(["failing"]), tmp_path)
    written = (tmp_path / FILE).read_bytes()

    record, _ = ran(small_study(["failing"]), tmp_path)

    assert (tmp_path / FILE).read_bytes() == written
    assert len(record.failures) == 4
    assert not shown


def test_an_arm_that_learns_from_no_label_is_fitted_once_for_all_counts(
    tmp_path: Path,
) -> None:
    study = small_study(["global:pls"])

    record, results = ran(study, tmp_path)

    assert len(results) == len(FARMS) * 2
    assert {one.labels for one in record.scores} == {6, 12}


def test_many_at_once_tell_the_same_as_one_by_one(tmp_path: Path) -> None:
    study = small_study(["local:pls"], (12,), seeds=1)
    alone, _ = ran(study, tmp_path / "alone")

    with open_ledger(tmp_path / "together") as ledger:
        together, _ = run_study(study, ledger, EngineChoice(at_once=2), untold)

    assert figures_of(together) == figures_of(alone)


def test_a_target_that_has_no_label_is_left_out_of_the_figures(tmp_path: Path) -> None:
    study = small_study(["local:pls"], (12,), 1, (CARBON, CLAY))
    values = study.library.values.copy()
    values[:40, 1] = np.nan
    study = replace(study, library=replace(study.library, values=values))

    record, _ = ran(study, tmp_path)

    told = {(one.farm, one.target) for one in record.scores}
    assert ("farm-0", CARBON) in told
    assert ("farm-0", CLAY) not in told
    assert ("farm-1", CLAY) in told
    assert not record.failures


@pytest.mark.parametrize("labels", [1, 3])
def test_a_label_or_three_are_enough_for_a_study(labels: int, tmp_path: Path) -> None:
    study = small_study(["local:pls", "global:pls"], (labels,), seeds=1)

    record, _ = ran(study, tmp_path)

    assert not record.failures
    assert len(record.scores) == 2 * len(FARMS)


def test_a_result_tells_whole_library_rows(shown: Shown) -> None:
    study = small_study(["shown"])
    task = StudyTask("shown", "farm-2", 6, 0)

    result = fit_task(study, task)

    assert isinstance(result, StudyResult)
    assert all(study.library.farms[row] == "farm-2" for row in result.rows)
    assert (result.learned_from, result.library) == (6, 80)
    assert len(shown) == 1


def test_two_studies_at_once_in_one_folder_are_refused(tmp_path: Path) -> None:
    with (
        open_ledger(tmp_path),
        pytest.raises(WorkspaceError, match="found another one at work"),
        open_ledger(tmp_path),
    ):
        pass


def test_a_line_cut_short_is_taken_off_and_done_again(
    shown: Shown, tmp_path: Path
) -> None:
    study = small_study(["shown"], (6,), seeds=1)
    ran(study, tmp_path)
    path = tmp_path / FILE
    path.write_bytes(path.read_bytes()[:-20])

    record, _ = ran(study, tmp_path)

    assert len(shown) == len(FARMS) + 1
    assert len(record.scores) == len(FARMS)
    assert len(path.read_bytes().splitlines()) == len(FARMS)


def test_a_damaged_line_is_told_with_its_number(shown: Shown, tmp_path: Path) -> None:
    study = small_study(["shown"], (6,), seeds=1)
    ran(study, tmp_path)
    path = tmp_path / FILE
    path.write_bytes(b"{}\n" + path.read_bytes())

    with pytest.raises(EvaluationError, match=r"line 1 of .*delete the line"):
        ran(study, tmp_path)
    assert len(shown) == len(FARMS)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"arms": ()}, "0 arms"),
        ({"labels": ()}, "0 numbers of labels"),
        ({"seeds": 0}, "0 seeds"),
        ({"reserved": 5}, "at least 12 soils set aside"),
    ],
)
def test_an_order_of_nothing_is_refused(order: dict[str, object], words: str) -> None:
    usual = StudyOrder(("average",), FARMS, (12,))

    with pytest.raises(EvaluationError, match=words):
        replace(usual, **order)  # type: ignore[arg-type] # each case names its own
