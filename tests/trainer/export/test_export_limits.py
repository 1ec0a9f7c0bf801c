"""What a budget, scans and measured errors may be."""

import numpy as np
import pytest

from protocols.golden_vectors import GraphAnswer
from trainer.errors import ExportError
from trainer.export.export_budget import ExportBudget
from trainer.export.judge import Measured, objections_to
from trainer.export.measured_error import MeasuredError, measured_error
from trainer.export.onnx_ways import STATIC
from trainer.export.proof_scans import ProofScans

SCANS = np.random.default_rng(1).uniform(0.1, 0.6, (6, 5)).astype(np.float32)
NOTHING_OFF = MeasuredError(rmse=0.0, worst=0.0, flips=0)


def answer(value: float = 1.0, novelty: float = 0.5, width: float = 2.0) -> GraphAnswer:
    told = np.full((3, 2), value, dtype=np.float32)
    return GraphAnswer(
        told,
        told - np.float32(width),
        told + np.float32(width),
        np.full(3, novelty, dtype=np.float32),
    )


@pytest.mark.parametrize("error", [0.0, -0.01, 0.021, float("nan")])
def test_a_budget_under_which_graphs_would_lie_is_refused(error: float) -> None:
    with pytest.raises(ExportError, match=r"at most 0\.02 standard deviations"):
        ExportBudget(most_error=error)


def test_a_budget_without_a_format_is_refused() -> None:
    with pytest.raises(ExportError, match="found no format at all"):
        ExportBudget(formats=())


def test_scans_that_chose_ranges_may_not_judge() -> None:
    with pytest.raises(ExportError, match="found 2 that did"):
        ProofScans(calibration=SCANS[:4], proof=SCANS[2:])


def test_there_must_be_scans_to_judge_by() -> None:
    with pytest.raises(ExportError, match="expected scans to judge by"):
        ProofScans(calibration=SCANS, proof=SCANS[:0])


def test_errors_count_in_deviations_of_the_worst_target() -> None:
    expected, found = answer(1.0), answer(1.5)

    error = measured_error(expected, found, (1.0, 0.25))

    assert error.rmse == pytest.approx(2.0)
    assert error.worst == pytest.approx(2.0)


def test_what_is_no_number_is_infinitely_far_off() -> None:
    error = measured_error(answer(), answer(float("nan")), (1.0, 1.0))

    assert error.worst == error.rmse == float("inf")


def test_an_interval_without_end_is_no_error_where_both_have_none() -> None:
    endless = answer(width=float("inf"))

    assert measured_error(endless, endless, (1.0, 1.0)).worst == 0.0
    assert measured_error(endless, answer(), (1.0, 1.0)).worst == float("inf")


@pytest.mark.parametrize(
    ("before", "after", "flips"), [(0.9, 1.2, 3), (1.2, 0.9, 3), (0.99, 1.01, 0)]
)
def test_scans_clearly_on_one_side_of_the_edge_may_not_change_it(
    before: float, after: float, flips: int
) -> None:
    error = measured_error(answer(novelty=before), answer(novelty=after), (1.0, 1.0))

    assert error.flips == flips


@pytest.mark.parametrize(
    ("error", "objection"),
    [
        (MeasuredError(0.021, 0.03, 0), "off by 0.021 sd, allowed 0.02"),
        (MeasuredError(0.001, 0.06, 0), "one scan off by 0.06 sd, allowed 0.05"),
        (MeasuredError(0.0, 0.0, 2), "told of 2 scans otherwise whether"),
    ],
)
def test_whatever_is_too_far_off_is_refused(
    error: MeasuredError, objection: str
) -> None:
    found = Measured(bytes=10, error=error, latency_ms=None, most_scans=None)

    (told,) = objections_to(found, STATIC, ExportBudget())

    assert told.startswith(objection)


def test_what_is_too_large_or_too_slow_for_the_budget_is_refused() -> None:
    budget = ExportBudget(most_bytes=9, most_latency_ms=1.0)
    found = Measured(bytes=10, error=NOTHING_OFF, latency_ms=1.5, most_scans=None)

    told = list(objections_to(found, STATIC, budget))

    assert told == ["10 bytes, allowed 9", "1.5 ms a scan, allowed 1"]
