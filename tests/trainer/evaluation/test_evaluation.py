"""Fits are made once, failures stop nobody, and figures follow from predictions."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.trainer.evaluation.made_comparison import comparison_of, untold
from tests.trainer.evaluation.made_methods import made_catalogue
from tests.trainer.localisation.made_soils import CARBON
from trainer.calibrations.calibration import Soils
from trainer.engine.engine import EngineChoice
from trainer.errors import EvaluationError
from trainer.evaluation.agreement import agreement
from trainer.evaluation.evaluation import evaluate
from trainer.evaluation.evaluation_result import Evaluation, encode_evaluation
from trainer.evaluation.evaluation_run import Comparison
from trainer.evaluation.fold_result import FoldResult
from trainer.evaluation.fold_workers import Outcome
from trainer.evaluation.result_folder import FITS, ResultFolder

pytestmark = pytest.mark.usefixtures("made_catalogue")
__all__ = ["made_catalogue"]


def run(
    comparison: Comparison, path: Path, jobs: int = 1
) -> tuple[Evaluation, list[FoldResult]]:
    return evaluate(comparison, ResultFolder(path), EngineChoice(at_once=jobs), untold)


def told(found: Evaluation) -> bytes:
    """Return all figures as text: a figure that is not defined equals itself there."""
    return msgspec.json.encode((found.scores, found.intervals, found.comparisons))


def test_a_finished_fit_is_not_made_again(
    tmp_path: Path, made_catalogue: Sequence[Soils]
) -> None:
    first, _ = run(comparison_of(), tmp_path)
    fits = len(made_catalogue)

    again, _ = run(comparison_of(), tmp_path)

    assert fits == 4 * 2 + 4 * 2
    assert len(made_catalogue) == fits
    assert told(again) == told(first)


def test_a_run_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path, made_catalogue: Sequence[Soils]
) -> None:
    def stop_at_five(done: int, every: int, last: Outcome | None) -> None:
        del every, last
        if done == 5:
            raise KeyboardInterrupt

    comparison = comparison_of(interval_folds=0)
    with pytest.raises(KeyboardInterrupt):
        evaluate(comparison, ResultFolder(tmp_path), EngineChoice(), stop_at_five)
    kept = len(list((tmp_path / FITS).iterdir()))
    fits = len(made_catalogue)

    _, results = run(comparison, tmp_path)

    assert kept == 5
    assert len(results) == 16
    assert len(made_catalogue) - fits == 8 - 2


def test_other_soils_are_fitted_anew_beside_the_old(tmp_path: Path) -> None:
    comparison = comparison_of(("mean",), seeds=1)
    run(comparison, tmp_path)
    library = replace(comparison.library, name="another survey")

    run(replace(comparison, library=library), tmp_path)

    assert len(list((tmp_path / FITS).iterdir())) == 8


def test_a_failing_method_stops_no_other_and_has_no_figures(tmp_path: Path) -> None:
    found, _ = run(comparison_of(("mean", "broken", "one-band")), tmp_path)

    assert [one.name for one in found.methods] == ["mean", "one-band"]
    assert len(found.failures) == 8
    first = found.failures[0]
    assert first.reason == "ValueError: no answer for 36 soils with seed 0"
    assert "made_methods.py" in first.traceback


def test_an_evaluation_in_which_all_fail_still_says_why(tmp_path: Path) -> None:
    found, _ = run(comparison_of(("broken",)), tmp_path)

    assert found.scores == ()
    assert {one.method for one in found.failures} == {"broken"}


def test_figures_are_pooled_over_folds_and_averaged_over_seeds(tmp_path: Path) -> None:
    comparison = comparison_of(("one-band",))

    found, results = run(comparison, tmp_path)

    by_seed = []
    for seed in (0, 1):
        fits = [one for one in results if one.seed == seed]
        rows = [row for one in fits for row in one.rows]
        told = np.concatenate([one.answers[:, 0] for one in fits])
        by_seed.append(agreement(comparison.library.values[rows, 0], told).rmse)
    score = found.whole_score("one-band", CARBON)
    assert score.mean.n == 48
    assert score.mean.rmse == pytest.approx(np.mean(by_seed))
    assert score.spread.rmse == pytest.approx(np.std(by_seed, ddof=1))


def test_every_farm_and_fold_has_its_own_figures(tmp_path: Path) -> None:
    found, _ = run(comparison_of(("one-band",)), tmp_path)

    parts = {(one.part, one.name): one.mean.n for one in found.scores}
    assert parts["farm", "farm-0"] == 24
    assert parts["fold", "1.3"] == 12
    assert {one.farm for one in found.intervals} == {"all", "farm-0", "farm-1"}


def test_the_curve_ends_with_all_soils(tmp_path: Path) -> None:
    found, _ = run(comparison_of(("one-band",), sizes=(8, 20)), tmp_path)

    assert [one.learned_from for one in found.learning_curve] == [8, 20, 36]
    assert all(one.fits == 8 for one in found.learning_curve)


def test_methods_are_paired_with_the_best(tmp_path: Path) -> None:
    found, _ = run(comparison_of(), tmp_path)

    (only,) = found.comparisons
    assert (only.method, only.reference) == ("mean", "one-band")
    assert only.units == 8
    assert only.difference > 0


def test_a_single_fold_is_compared_by_drawing_soils(tmp_path: Path) -> None:
    comparison = comparison_of(seeds=1)
    split = comparison.splits[0]
    single = replace(split, folds=split.folds[:1])

    found, _ = run(replace(comparison, splits=(single,)), tmp_path)

    (only,) = found.comparisons
    assert only.basis == "soils"
    assert only.units == 3


def test_several_processes_find_what_one_finds(tmp_path: Path) -> None:
    comparison = comparison_of(("mean",), seeds=1)

    alone, _ = run(comparison, tmp_path / "alone")
    together, _ = run(comparison, tmp_path / "together", jobs=2)

    assert told(together) == told(alone)


def test_the_record_for_machines_is_plain_json(tmp_path: Path) -> None:
    found, _ = run(comparison_of(seeds=1), tmp_path)

    text = encode_evaluation(found).decode()

    assert '"format": "1.0"' in text
    assert "NaN" not in text


def test_a_broken_file_of_a_fit_is_named(tmp_path: Path) -> None:
    comparison = comparison_of(("mean",), seeds=1)
    run(comparison, tmp_path)
    path = min((tmp_path / FITS).iterdir())
    path.write_bytes(b"\x00")

    with pytest.raises(EvaluationError, match=path.name):
        run(comparison, tmp_path)
