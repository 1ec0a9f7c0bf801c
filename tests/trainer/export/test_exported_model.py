"""Of all ways to make a graph the smallest that answers as the model is taken."""

import numpy as np
import pytest

from protocols.golden_vectors import GraphAnswer, joined_answers
from tests.trainer.export.small_models import SCANS, SPREADS, network_model
from tests.trainer.localisation.made_soils import made_farm, made_knowledge
from trainer.errors import ExportError
from trainer.export.export_parity import LoadedGraph, answer_of
from trainer.export.exported_model import (
    ExportBudget,
    ExportedModel,
    ProofScans,
    Trial,
    export_model,
)
from trainer.export.measured_error import measured_error
from trainer.export.runtimes.loaded_tflite import LoadedTflite
from trainer.localisation.farm_model import as_module, localise


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
    return joined_answers(
        [LoadedGraph(graph).answer(scan[np.newaxis]) for scan in SCANS.proof]
    )


def test_of_a_kernel_model_known_soils_weigh_half_where_it_answers_alike() -> None:
    farm, known = made_farm(10), made_knowledge(soils=20)
    scans = ProofScans(known.scans, farm.spectra)

    exported = export_model(
        as_module(localise(known, farm)), scans, (1.0,), ExportBudget()
    )

    (trial,) = exported.trials
    (artefact,) = exported.artefacts
    assert (trial.way, artefact.precision) == ("soils in half precision", "float16")
    assert trial.error < 0.002
    assert artefact.runtimes == ("onnxruntime",)


def test_graphs_are_timed_only_where_the_budget_asks_for_it() -> None:
    budget = ExportBudget(most_latency_ms=1000.0)

    timed = export_model(network_model(), SCANS, SPREADS, budget)

    assert all(one.latency_ms and one.latency_ms > 0 for one in timed.trials)
    assert "int4" not in [one.way for one in timed.trials]


def test_a_budget_that_nothing_meets_is_refused() -> None:
    with pytest.raises(ExportError, match="allow more bytes or time"):
        export_model(network_model(), SCANS, SPREADS, ExportBudget(most_bytes=100))
