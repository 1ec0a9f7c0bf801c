"""What gives wrong numbers without any error, made to happen, and refused.

Each is the real tool at work on a small trained network. Golden answers may never be
off by more than the largest tolerance of a manifest, so that none of these could pass
a device's check either.
"""

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from protocols.golden_vectors import GraphAnswer, joined_answers
from tests.trainer.export.small_models import (
    SCANS,
    SPREADS,
    network_model,
    recurrent_model,
)
from trainer.export.choice import MOST_TOLERANCE, artefact_of
from trainer.export.draft import Draft
from trainer.export.export_budget import ExportBudget
from trainer.export.export_parity import LoadedGraph, answer_of
from trainer.export.exported_model import ExportedModel, ProofScans, export_model
from trainer.export.graph_template import GraphTemplates
from trainer.export.judge import Judge
from trainer.export.measured_error import measured_error
from trainer.export.onnx_ways import STATIC, OnnxWays
from trainer.export.quantised.smaller_weights import with_dynamic_weights
from trainer.export.quantised.weighted_graph import weighted_graph
from trainer.export.runtimes.loaded_tflite import LoadedTflite
from trainer.export.single_precision import in_single_precision
from trainer.export.tflite.converter import TfliteConverter
from trainer.export.tflite.converter_program import _kept_float, _untouched
from trainer.export.tflite.tflite_ways import DYNAMIC, FLOAT, WEIGHTS
from trainer.export.trial import Trial

FAR_OFF = 0.25
"""Standard deviations: an answer that nobody should act on."""

SCALED_STEPS = ("FULLY_CONNECTED", "CONV_2D", "DEPTHWISE_CONV_2D")
Update = Callable[[Any, Any], Any]


@pytest.fixture(scope="module")
def float_file(converter: TfliteConverter, exported_network: ExportedModel) -> bytes:
    del exported_network  # after it nothing is left to convert
    model = in_single_precision(network_model())
    return converter.convert(model, SCANS.signature, ["float"]).graphs["float"]


def statically_quantised(graph: bytes, update: Update | None) -> bytes:
    """Return the file with activations in eight bits, as ai-edge-quantizer does it."""
    recipes, quantizers, calibrators = (
        import_module(f"ai_edge_quantizer.{name}")
        for name in ("recipe", "quantizer", "calibrator")
    )
    (usual,) = recipes.static_wi8_ai8()
    recipe = [{**usual, "operation": step} for step in SCALED_STEPS]
    recipe += [_untouched(scope) for scope in _kept_float(graph)]
    quantiser = quantizers.Quantizer(bytearray(graph), recipe)
    scans = {"serving_default": [{"spectrum": one[None]} for one in SCANS.calibration]}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*experimental_preserve_all_tensors")
        if update is None:
            ranges = quantiser.calibrate(scans)
        else:
            watching = calibrators.Calibrator(graph, qsv_update_func=update)
            watching.calibrate(scans, quantiser._recipe_manager)
            ranges = watching.get_model_qsvs()
        return bytes(quantiser.quantize(ranges).quantized_model)


def trial_of(graph: bytes) -> Trial:
    return Judge(network_model(), SCANS, SPREADS, ExportBudget()).trial(DYNAMIC, graph)


def test_ranges_that_a_moving_average_chose_are_far_off_and_refused(
    float_file: bytes,
) -> None:
    utilities = import_module("ai_edge_quantizer.utils.qsv_utils")

    by_default = statically_quantised(float_file, None)
    by_extremes = statically_quantised(float_file, utilities.min_max_update)

    assert value_error(LoadedTflite(by_default).answer(SCANS.proof)) > FAR_OFF
    assert value_error(LoadedTflite(by_extremes).answer(SCANS.proof)) < FAR_OFF / 4
    refused = trial_of(by_default)
    assert not refused.allowed
    assert refused.worst > MOST_TOLERANCE
    assert "allowed 0.02" in refused.reason


def test_ranges_chosen_on_unlike_scans_are_far_off_and_refused() -> None:
    unlike = ProofScans(SCANS.calibration * np.float32(0.1), SCANS.proof)
    source = OnnxWays(network_model(), unlike, GraphTemplates())
    make = dict(source.ways(ExportBudget()))[STATIC]

    graph = make()

    found = LoadedGraph(graph).answer(SCANS.proof)
    assert value_error(found) > FAR_OFF
    exported = export_model(network_model(), unlike, SPREADS, ExportBudget())
    refused = next(one for one in exported.trials if one.way == STATIC.name)
    assert not refused.allowed
    assert refused.worst > MOST_TOLERANCE
    assert exported.artefacts[0].method != STATIC.method
    assert "Refused: static int8 (off by" in exported.sentences[0]


def test_no_file_with_dynamic_ranges_lists_the_runtime_that_garbles_it(
    exported_network: ExportedModel,
) -> None:
    (trial,) = (
        one
        for one in exported_network.trials
        if (one.format, one.way) == ("tflite", DYNAMIC.name)
    )

    artefact = artefact_of(Draft(DYNAMIC, trial))

    assert trial.allowed
    assert artefact.runtimes == ("ai-edge-litert",)
    assert "tflite-runtime" in FLOAT.runtimes
    assert "tflite-runtime" in WEIGHTS.runtimes


def test_answers_of_a_dynamic_recurrent_graph_depend_on_the_batch_so_it_takes_one(
    exported_recurrent: ExportedModel,
) -> None:
    model = recurrent_model()
    plain = OnnxWays(model, SCANS, GraphTemplates()).plain
    graph = with_dynamic_weights(weighted_graph(plain, model), ("MatMul", "LSTM"))

    loaded = LoadedGraph(graph)
    together = loaded.answer(SCANS.proof)
    alone = joined_answers([loaded.answer(one[np.newaxis]) for one in SCANS.proof])

    assert measured_error(together, alone, SPREADS).worst > 0.001
    assert exported_recurrent.members["model.onnx"] == graph
    assert exported_recurrent.artefacts[0].most_scans == 1


def value_error(found: GraphAnswer) -> float:
    expected = answer_of(network_model(), SCANS.proof)
    missed: NDArray[np.float64] = (
        found.value.astype(np.float64) - expected.value
    ) / np.array(SPREADS)
    return float(np.sqrt(np.square(missed).mean()))
