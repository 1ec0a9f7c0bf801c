"""The smallest graph is taken, unless another one about as small is better."""

import pytest

from trainer.export.choice import (
    artefact_of,
    chosen_of,
    sentences_about,
    tolerance_for,
)
from trainer.export.draft import Draft
from trainer.export.onnx_ways import AS_IT_IS, DYNAMIC, STATIC
from trainer.export.tflite.tflite_ways import DYNAMIC as LITE_DYNAMIC
from trainer.export.tflite.tflite_ways import WEIGHTS
from trainer.export.trial import Trial, Way, failed_trial


def draft(way: Way, size: int, error: float = 0.001, reason: str = "") -> Draft:
    trial = Trial(
        format=way.format,
        way=way.name,
        bytes=size,
        error=error,
        worst=2 * error,
        latency_ms=None,
        most_scans=None,
        allowed=not reason,
        reason=reason,
    )
    return Draft(way, trial, b"graph")


def test_the_smallest_that_is_allowed_is_taken() -> None:
    plain, small = draft(AS_IT_IS, 1000, 0.0), draft(DYNAMIC, 300)
    smallest = draft(STATIC, 250, reason="off by 0.04 sd, allowed 0.02")

    assert chosen_of([plain, small, smallest]) is small


def test_among_graphs_about_as_small_the_one_that_more_runtimes_run_is_taken() -> None:
    dynamic, weights = draft(LITE_DYNAMIC, 300, 0.0001), draft(WEIGHTS, 310)

    assert chosen_of([dynamic, weights]) is weights


def test_among_them_the_one_that_is_off_by_less_is_taken() -> None:
    exact, rough = draft(DYNAMIC, 301, 0.001), draft(STATIC, 300, 0.009)

    assert chosen_of([rough, exact]) is exact


def test_where_none_is_allowed_none_is_taken() -> None:
    failed = Draft(WEIGHTS, failed_trial(WEIGHTS, "litert_torch not installed"))

    assert chosen_of([failed]) is None
    assert sentences_about([failed], 40) == (
        "TensorFlow Lite: none; weight-only int8 (litert_torch not installed)."
    )


def test_the_manifest_says_what_was_measured_and_never_less() -> None:
    artefact = artefact_of(draft(DYNAMIC, 300, 0.00123))

    assert artefact.error == 0.0013
    assert artefact.worst_error == 0.0025
    assert artefact.tolerance == 0.005
    assert artefact.precision == "int8"


@pytest.mark.parametrize(
    ("worst", "tolerance"), [(0.0, 0.001), (0.0004, 0.001), (0.02, 0.04), (0.07, 0.1)]
)
def test_golden_answers_may_be_off_by_twice_the_worst_and_never_by_much(
    worst: float, tolerance: float
) -> None:
    assert tolerance_for(worst) == tolerance


def test_the_card_says_what_was_chosen_and_why_not_the_others() -> None:
    small = draft(DYNAMIC, 300_000, 0.003)
    refused = draft(STATIC, 250_000, reason="off by 0.04 sd, allowed 0.02")

    told = sentences_about([draft(AS_IT_IS, 1_200_000, 0.0), small, refused], 125)

    assert told == (
        "ONNX: dynamic int8, 300 kB, the smallest allowed, of 2 up to 1.2 MB; off by "
        "0.003 sd (root mean square) and 0.006 sd at worst on 125 scans set apart. "
        "Refused: static int8 (off by 0.04 sd, allowed 0.02)."
    )
