"""Graphs of crops leave by the same tools, and answer as their models."""

import numpy as np
import pytest

from protocols.golden_vectors import GraphAnswer, Inputs
from tests.trainer.export.small_crops import PROOF, SPREADS, crop_model
from trainer.errors import ExportError
from trainer.export.export_budget import ExportBudget
from trainer.export.export_parity import LoadedGraph, answer_of
from trainer.export.exported_model import ExportedModel, export_model
from trainer.export.golden_series import choose_golden_series
from trainer.export.judge import Measured, objections_to
from trainer.export.measured_error import MeasuredError, told_otherwise
from trainer.export.onnx_ways import DYNAMIC
from trainer.export.proof_inputs import SERIES_WORDS
from trainer.export.proof_series import ProofSeries
from trainer.export.runtimes.loaded_tflite import LoadedTflite
from trainer.export.tflite.converter import TfliteConverter

BOTH = ExportBudget(formats=("onnx", "tflite"))
NAMES = PROOF.signature.names


@pytest.fixture(scope="module")
def toy(converter: TfliteConverter) -> ExportedModel:
    """The published toy in both formats: it is too small for fewer bits."""
    return export_model(
        crop_model("published-toy"), PROOF, SPREADS, BOTH, converter=converter
    )


def farthest(found: GraphAnswer, expected: GraphAnswer) -> float:
    return float(np.abs(found.value - expected.value).max())


def test_a_tiny_network_leaves_as_it_is_in_both_formats(toy: ExportedModel) -> None:
    expected = answer_of(crop_model("published-toy"), *PROOF.asked)
    onnx = LoadedGraph(toy.members["model.onnx"], NAMES)
    tflite = LoadedTflite(toy.members["model.tflite"], NAMES)

    assert [one.way for one in toy.trials] == ["as it is", "float"]
    for loaded in (onnx, tflite):
        assert farthest(loaded.answer(*PROOF.asked), expected) < 1e-4


def test_a_file_that_never_looks_at_days_and_mask_takes_them_all_the_same(
    toy: ExportedModel,
) -> None:
    loaded = LoadedTflite(toy.members["model.tflite"], NAMES)
    series, days, mask = (one[:1] for one in PROOF.asked)

    before = loaded.answer(series, days, mask).value
    after = loaded.answer(series, days + 100, mask).value

    np.testing.assert_array_equal(before, after)


def test_sentences_speak_of_series_and_probability(toy: ExportedModel) -> None:
    assert "in probability (root mean square)" in toy.sentences[0]
    assert f"on {len(PROOF.asked[0])} series set apart" in toy.sentences[0]


def test_attention_leaves_in_onnx_and_gaps_are_gaps_there_too() -> None:
    model = crop_model("attention")

    exported = export_model(model, PROOF, SPREADS, ExportBudget())

    ways = {one.way: one for one in exported.trials}
    assert ways["as it is"].allowed
    assert ways["as it is"].worst < 1e-4
    assert {"dynamic int8", "static int8"} <= ways.keys()
    (graph,) = exported.members.values()
    loaded = LoadedGraph(graph, NAMES)
    series, days, mask = (one[:1].copy() for one in PROOF.asked)
    unseen = mask.max(axis=2) == 0
    assert unseen.any()
    days[unseen] += 30
    np.testing.assert_allclose(
        loaded.answer(series, days, mask).value,
        answer_of(model, *(one[:1] for one in PROOF.asked)).value,
        atol=0.05,
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["attention", "recurrent", "published"])
def test_every_network_leaves_in_both_formats(
    name: str, converter: TfliteConverter
) -> None:
    exported = export_model(crop_model(name), PROOF, SPREADS, BOTH, converter=converter)

    assert list(exported.members) == ["model.onnx", "model.tflite"], exported.sentences
    assert max(one.error or 0.0 for one in exported.artefacts) < 0.02
    expected = answer_of(crop_model(name), *PROOF.asked)
    tflite = LoadedTflite(exported.members["model.tflite"], NAMES)
    assert told_otherwise(expected.value, tflite.answer(*PROOF.asked).value) == 0


def test_a_class_that_is_told_otherwise_speaks_against_a_graph() -> None:
    error = MeasuredError(rmse=0.001, worst=0.01, flips=0, misnamed=3)
    found = Measured(bytes=10, error=error, latency_ms=None, most_scans=None)

    (told,) = objections_to(found, DYNAMIC, ExportBudget(), SERIES_WORDS)

    assert told == "named another class for 3 series"


@pytest.mark.parametrize(
    ("expected", "found", "count"),
    [
        ([0.6, 0.4], [0.45, 0.55], 1),
        ([0.51, 0.49], [0.49, 0.51], 0),
        ([0.6, 0.4], [0.51, 0.49], 0),
    ],
)
def test_only_a_class_that_was_clear_must_stay(
    expected: list[float], found: list[float], count: int
) -> None:
    told = told_otherwise(
        np.array([expected], np.float32), np.array([found], np.float32)
    )

    assert told == count


def test_strange_series_are_unseen_or_all_at_once_or_absurd() -> None:
    series, days, mask = PROOF.oddities

    assert [one.mean() for one in mask] == [0, 1, 1]
    assert len(set(days[1].tolist())) == 1
    seen = np.where(PROOF.asked[2] > 0, PROOF.asked[0], 0)
    assert (series[2] > seen.max(axis=(0, 1))).all()


def test_golden_series_hold_every_class_told_and_what_no_season_looks_like() -> None:
    value = answer_of(crop_model("attention"), *PROOF.asked).value

    series, _, mask = choose_golden_series(PROOF, value)

    told = answer_of(crop_model("attention"), series, _, mask).value.argmax(axis=1)
    assert set(value.argmax(axis=1)) == set(told[:-3])
    assert mask[-3].sum() == 0


def halves(inputs: Inputs, at: int) -> tuple[Inputs, Inputs]:
    return tuple(one[:at] for one in inputs), tuple(one[at:] for one in inputs)


def test_series_that_chose_ranges_may_not_judge() -> None:
    first, _ = halves(PROOF.asked, 10)

    with pytest.raises(ExportError, match="found 10 that did"):
        ProofSeries(first, PROOF.asked)


def test_series_of_another_season_or_none_at_all_may_not_judge() -> None:
    first, rest = halves(PROOF.asked, 10)
    series, days, mask = rest

    with pytest.raises(ExportError, match="on the same season"):
        ProofSeries(first, (series[:, :5], days[:, :5], mask[:, :5]))
    with pytest.raises(ExportError, match="expected series to judge by"):
        ProofSeries(first, halves(PROOF.asked, 0)[0])


def test_ranges_are_chosen_on_varied_series_that_do_not_judge() -> None:
    series, days, mask = PROOF.varied

    assert 0 < len(series) <= 128
    assert days.shape == series.shape[:2]
    known = {row.tobytes() for row in PROOF.calibration[0]}
    assert all(row.tobytes() in known for row in series)
    assert mask.any(axis=(1, 2)).all()
