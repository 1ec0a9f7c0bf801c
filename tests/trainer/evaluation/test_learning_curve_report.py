"""The report says what the records say, safely and without any outside resource."""

import re
from dataclasses import replace

import numpy as np
import pytest

from trainer.evaluation.learning_curve_report import headline, render_report
from trainer.evaluation.loop_report import (
    DeliveryCounts,
    LoopReport,
    OddScan,
    ScannedSpectra,
    StageResult,
)


def stage(labels: int, error: float) -> StageResult:
    random = np.random.default_rng(labels)
    observed = random.uniform(1, 4, 50)
    predicted = observed + random.choice([-error, error], 50)
    return StageResult(
        labels=labels,
        model_digest=f"{labels:064x}",
        samples=tuple(f"s{row}" for row in range(50)),
        observed=observed,
        predicted=predicted,
        low=predicted - 0.6,
        high=predicted + 0.6,
        novelty=np.linspace(0, 1.2, 50),
    )


REPORT = LoopReport(
    farm="home-farm",
    target="oc_usda.c729_w.pct",
    unit="%",
    level=0.9,
    stages=(stage(0, 1.0), stage(30, 0.25)),
    spectra=ScannedSpectra(
        wavelengths_nm=np.linspace(400, 2400, 40),
        reflectance=np.full((5, 40), 0.3),
        is_flagged=np.array([False, False, False, False, True]),
    ),
    odd_scans=(OddScan("<script>alert(1)</script>", "refused: flat"),),
    delivery=DeliveryCounts(sent=300, receipted=300, rejected=0, lost=0),
    provenance=(("instrument", "maker/model/1"),),
)


def test_the_headline_tells_the_gain() -> None:
    assert headline(REPORT) == ("30 labels cut the error by 75%, from 1.00 to 0.25 %")


def test_the_headline_admits_a_loss() -> None:
    worse = replace(REPORT, stages=(stage(0, 0.5), stage(30, 1.0)))

    assert headline(worse).startswith("30 labels raised the error by 100%")


def test_the_page_holds_every_stage_and_count() -> None:
    page = render_report(REPORT)

    assert page.count("<svg ") == 3
    assert "<b>0</b><span>records lost of 300 sent</span>" in page
    assert f"{REPORT.stages[-1].model_digest}</code>" in page
    assert "maker/model/1" in page


def test_the_page_loads_nothing_from_outside() -> None:
    page = render_report(REPORT)

    assert not re.findall(r"(?:src|href)=\"(?!#)[^\"]", page.replace("xlink:", ""))
    assert "@import" not in page


def test_names_from_devices_cannot_become_markup() -> None:
    page = render_report(REPORT)

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_same_records_give_the_same_page() -> None:
    assert render_report(REPORT) == render_report(REPORT)


def test_one_stage_alone_is_a_report_too() -> None:
    assert "errs by 1.00 %" in render_report(replace(REPORT, stages=REPORT.stages[:1]))


def test_a_model_that_cannot_tell_soils_apart_is_said_to_be_one() -> None:
    first = replace(REPORT.stages[0], predicted=np.full(50, 2.0))

    page = render_report(replace(REPORT, stages=(first, REPORT.stages[1])))

    assert "one answer to all" in page
    assert "one answer to all" not in render_report(REPORT)
    assert ">nan<" not in page


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        replace(REPORT.stages[0], low=np.zeros(3))


def test_a_report_without_stages_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one stage"):
        replace(REPORT, stages=())
