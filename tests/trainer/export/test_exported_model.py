"""Of all ways to make a graph the smallest that answers as the model is taken."""

import numpy as np

from protocols.golden_vectors import GraphAnswer
from tests.trainer.export.small_models import SCANS, SPREADS, network_model
from trainer.export.export_parity import LoadedGraph, answer_of
from trainer.export.exported_model import ExportedModel, Trial
from trainer.export.measured_error import measured_error
from trainer.export.runtimes.loaded_tflite import LoadedTflite


def trials(exported: ExportedModel, kind: str) -> dict[str, Trial]:
    return {one.way: one for one in exported.trials if one.format == kind}


def test_every_way_that_makes_sense_for_a_network_is_tried(
    exported_network: ExportedModel,
) -> None:
    assert list(trials(exported_network, "onnx")) == [
        "as it is",
        "dynamic int8",
        "dynamic int8, convolutions too",
        "static int8",
        "static int8, wide ranges",
        "int4",
    ]
    assert list(trials(exported_network, "tflite")) == [
        "float",
        "dynamic int8",
        "weight-only int8",
    ]


def test_the_graphs_taken_answer_as_the_model(exported_network: ExportedModel) -> None:
    expected = answer_of(network_model(), SCANS.proof)
    onnx, tflite = exported_network.members.values()

    for found in (
        _one_by_one(onnx),
        LoadedTflite(tflite).answer(SCANS.proof),
    ):
        error = measured_error(expected, found, SPREADS)
        assert error.rmse < 0.02
        assert error.worst < 0.05
        assert error.flips == 0


def _one_by_one(graph: bytes) -> GraphAnswer:
    told = [LoadedGraph(graph).answer(scan[np.newaxis]) for scan in SCANS.proof]
    return GraphAnswer(
        *(
            np.concatenate([getattr(one, name) for one in told])
            for name in ("value", "low", "high", "novelty")
        )
    )
