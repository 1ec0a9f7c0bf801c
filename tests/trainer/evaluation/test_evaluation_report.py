"""The page and the cards say what the record says, doubts first."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.protocols.sample_packages import sample_manifest
from tests.trainer.evaluation.made_comparison import comparison_of, untold
from tests.trainer.evaluation.made_methods import offered_methods
from tests.trainer.localisation.made_soils import CARBON
from trainer.engine.engine import EngineChoice
from trainer.evaluation.evaluation import evaluate
from trainer.evaluation.evaluation_doubts import doubts_of
from trainer.evaluation.evaluation_report import render_evaluation
from trainer.evaluation.evaluation_result import Evaluation
from trainer.evaluation.evaluation_run import Comparison
from trainer.evaluation.fold_result import FoldResult
from trainer.evaluation.judged_soils import JudgedSoils, judged_soils
from trainer.evaluation.method_card import evidence_section, method_card
from trainer.evaluation.paired_comparison import PairedDifference
from trainer.evaluation.result_folder import ResultFolder
from trainer.evaluation.score_tables import overview, verdict, with_sign, with_spread
from trainer.evaluation.target_section import section_of
from trainer.export.model_card import model_card

Found = tuple[Evaluation, list[FoldResult], Comparison]
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Compare once; every test reads the same record."""
    folder = ResultFolder(tmp_path_factory.mktemp("found"))
    with offered_methods():
        comparison = comparison_of(("mean", "broken", "one-band"), sizes=(12,))
        return *evaluate(comparison, folder, EngineChoice(), untold), comparison


@pytest.fixture(scope="module")
def page(found: Found) -> str:
    """Render once, of a library with an odd name."""
    library = replace(found[2].library, name=SCRIPT)
    facts = msgspec.structs.replace(found[0].library, name=SCRIPT)
    evaluation = msgspec.structs.replace(found[0], library=facts)
    return render_evaluation(evaluation, first_seed(found), library)


def first_seed(found: Found) -> Mapping[str, JudgedSoils]:
    _, results, comparison = found
    judged = judged_soils(results, comparison.soils)
    return {one.method: one for one in judged if one.seed == 0}


def with_difference(evaluation: Evaluation, low: float, high: float) -> Evaluation:
    """Return the same with another interval between its two methods."""
    (only,) = evaluation.comparisons
    other: PairedDifference = msgspec.structs.replace(only, low=low, high=high)
    return msgspec.structs.replace(evaluation, comparisons=(other,))


def test_the_page_draws_all_that_the_design_names(page: str) -> None:
    for meaning in (
        "predicted against observed",
        "residuals of one-band",
        "error by fold",
        "coverage and width",
        "error over the number of soils",
        "how far each band moves",
        "spectra of the library",
    ):
        assert page.count(f'aria-label="{meaning}') == 1


def test_the_page_loads_nothing_and_holds_no_script(page: str) -> None:
    assert not re.findall(r"(?:src|href)=\"(?!#)[^\"]", page.replace("xlink:", ""))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_it_says_on_how_few_soils_the_error_hangs(found: Found) -> None:
    one = first_seed(found)["one-band"]
    predicted = one.observed.copy()
    predicted[:3] += [[4.0], [1.0], [1.0]]
    odd = replace(one, predicted=predicted)

    section = section_of(found[0], {**first_seed(found), "one-band": odd}, 0)

    assert section.worst_told == "Half of the squared error comes from 1 of 48 soils"


def test_what_failed_is_told_once_with_its_reason(found: Found, page: str) -> None:
    reasons = [one.reason for one in found[0].failures]
    assert len(reasons) == 16
    for reason in set(reasons):
        assert page.count(reason) == 1


def test_a_page_without_any_finished_method_still_says_why(tmp_path: Path) -> None:
    with offered_methods():
        comparison = comparison_of(("broken",))
        evaluation, _ = evaluate(
            comparison, ResultFolder(tmp_path), EngineChoice(), untold
        )

    page = render_evaluation(evaluation, {}, comparison.library)

    assert "No method finished" in page
    assert evaluation.failures[0].reason in page


def test_methods_that_cannot_be_told_apart_are_marked_alike(found: Found) -> None:
    alike = with_difference(found[0], -0.1, 0.3)

    marks = {method: cells[0].mark for method, cells in overview(alike)}

    assert marks == {"mean": "alike", "one-band": "best"}
    assert "not distinguishable from it: mean" in verdict(alike, CARBON)


def test_methods_that_differ_are_not_marked(found: Found) -> None:
    apart = with_difference(found[0], 0.1, 0.3)

    marks = {method: cells[0].mark for method, cells in overview(apart)}

    assert marks == {"mean": "", "one-band": "best"}
    assert "not distinguishable" not in verdict(apart, CARBON)


def test_a_split_within_farms_is_doubted_and_one_between_is_not(found: Found) -> None:
    split = found[0].splits[0]
    between = msgspec.structs.replace(split, kind="leave-farm-out")
    evaluation = msgspec.structs.replace(found[0], splits=(between,))

    assert any("leave-farm-out" in doubt for doubt in doubts_of(found[0]))
    assert not any("leave-farm-out" in doubt for doubt in doubts_of(evaluation))
    assert any("share one split" in doubt for doubt in doubts_of(evaluation))


def test_a_farm_whose_intervals_fail_is_named(found: Found) -> None:
    failing = tuple(
        msgspec.structs.replace(one, coverage=0.5) if one.farm == "farm-1" else one
        for one in found[0].intervals
    )

    doubts = list(doubts_of(msgspec.structs.replace(found[0], intervals=failing)))

    assert any("on farm-1 (50% of 24)" in doubt for doubt in doubts)


def test_a_card_holds_figures_split_and_standing(found: Found) -> None:
    card = method_card(with_difference(found[0], 0.1, 0.3), "mean")

    score = found[0].whole_score("mean", CARBON).mean
    assert f"| {score.n} | {score.rmse:.3f}" in card
    assert "one-band, " in card
    assert found[0].splits[0].digest[:16] in card
    assert "not distinguishable" not in card


def test_the_best_method_says_so_in_its_evidence(found: Found) -> None:
    assert "| this method |" in evidence_section(found[0], "one-band")


def test_a_models_card_holds_what_the_comparison_found(found: Found) -> None:
    evidence = evidence_section(found[0], "one-band")

    card = model_card(sample_manifest(), (), evidence)

    assert "## How its method compares" in card
    assert evidence in card
    assert "## How its method compares" not in model_card(sample_manifest(), ())


def test_a_card_has_no_empty_line_inside_its_table(found: Found) -> None:
    first, second, third, *_ = evidence_section(found[0], "mean").splitlines()

    assert [line[0] for line in (first, second, third)] == ["|", "|", "|"]
    assert {line.count("|") for line in (first, second, third)} == {10}


@pytest.mark.parametrize(
    ("value", "spread", "text"),
    [
        (0.6271, 0.0049, "0.627 ± 0.005"),
        (0.6271, 0.00001, "0.627"),
        (0.6271, np.nan, "0.627"),
        (np.nan, np.nan, "-"),
        (12.0, 0.5, "12.0 ± 0.5"),
    ],
)
def test_a_spread_is_told_where_there_is_one(
    value: float, spread: float, text: str
) -> None:
    assert with_spread(value, spread) == text


def test_a_bias_has_the_digits_of_the_error() -> None:
    assert with_sign(-0.00032, 0.627) == "+0.000"
    assert with_sign(-1.26, 12.5) == "-1.3"
