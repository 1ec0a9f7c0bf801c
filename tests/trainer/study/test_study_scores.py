"""Differences, ratios and who is set against whom."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.trainer.study.small_study import FARMS, ran, shown, small_study
from trainer.study.study_order import StudyOrder, local_counterpart
from trainer.study.study_scores import rmse_difference

__all__ = ["shown"]


def test_delta_rmse_is_that_of_the_local_less_the_other_in_hundredths() -> None:
    assert rmse_difference(reference=0.52, rmse=0.40) == pytest.approx(12.0)
    assert rmse_difference(reference=0.40, rmse=0.52) == pytest.approx(-12.0)


@pytest.mark.parametrize(
    ("arm", "reference"),
    [
        ("dtl-r:cnn-usa", "local:cnn-usa"),
        ("global:cnn-usa", "local:cnn-usa"),
        ("local:cnn-usa", "local:cnn-usa"),
        ("library@a,b:pls", "local:pls"),
        ("dtl-i:ridge", "average"),
        ("auto", "average"),
        ("average+dtl-i:pls", "average"),
        ("", "average"),
    ],
)
def test_an_arm_is_set_against_the_local_one_of_its_calibration(
    arm: str, reference: str
) -> None:
    arms = ("local:pls", "local:cnn-usa", "average", "auto")

    assert local_counterpart(arm, StudyOrder(arms, FARMS, (6,))) == reference


def test_a_reference_may_be_named_and_there_may_be_none() -> None:
    named = StudyOrder(("auto", "global:pls"), FARMS, (6,), reference="global:pls")
    without = StudyOrder(("auto", "global:pls"), FARMS, (6,))

    assert local_counterpart("auto", named) == "global:pls"
    assert local_counterpart("auto", without) == ""


def test_scores_are_means_over_seeds_of_paired_draws(
    shown: Sequence[object], tmp_path: Path
) -> None:
    study = small_study(["level", "above"], reference="level")

    record, results = ran(study, tmp_path)

    (score,) = (
        one
        for one in record.scores
        if (one.arm, one.farm, one.labels) == ("above", "farm-0", 6)
    )
    pairs = []
    for seed in range(2):
        told = [
            results[study.task_for(arm, "farm-0", 6, seed)]
            for arm in ("level", "above")
        ]
        truth = study.soils.values[list(told[0].rows), 0]
        pairs.append(
            [np.sqrt(np.mean((one.answers[:, 0] - truth) ** 2)) for one in told]
        )
    local, other = np.array(pairs).T
    assert score.difference == pytest.approx(100 * np.mean(local - other))
    assert score.difference_spread == pytest.approx(100 * np.std(local - other, ddof=1))
    assert score.ratio == pytest.approx(math.exp(np.mean(np.log(other / local))))
    assert score.mean.me == pytest.approx(level_bias(record) + 0.5)
    assert not shown


def level_bias(record: object) -> float:
    (one,) = (
        score.mean.me
        for score in record.scores  # type: ignore[attr-defined]
        if (score.arm, score.farm, score.labels) == ("level", "farm-0", 6)
    )
    return float(one)


def test_a_summary_counts_farms_helped_and_names_the_worst(
    shown: Sequence[object], tmp_path: Path
) -> None:
    study = small_study(["level", "above"], (12,), reference="level")

    record, _ = ran(study, tmp_path)

    (summary,) = (one for one in record.summaries if one.arm == "above")
    own = {one.farm: one.ratio for one in record.scores if one.arm == "above"}
    assert summary.worst_ratio == max(own.values())
    assert own[summary.worst_farm] == summary.worst_ratio
    assert summary.helped == sum(ratio < 1 for ratio in own.values())
    assert summary.ratio == pytest.approx(math.exp(np.mean(np.log([*own.values()]))))
    assert not shown
