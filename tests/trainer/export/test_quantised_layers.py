"""Only layers with learned weights lose precision, and never the last ones."""

import logging

import numpy as np
import onnx
import pytest

from protocols.graph_contract import INPUT
from tests.trainer.export.small_models import SCANS, network_model, recurrent_model
from tests.trainer.localisation.made_soils import made_farm
from trainer.errors import ExportError
from trainer.export.graph_template import GraphTemplates
from trainer.export.model_kind import kind_of
from trainer.export.onnx_ways import OnnxWays
from trainer.export.quantised.calibration_scans import varied_scans
from trainer.export.quantised.smaller_weights import (
    with_dynamic_weights,
    with_four_bits,
    with_static_ranges,
)
from trainer.export.quantised.weighted_graph import WeightedGraph, weighted_graph


@pytest.fixture(scope="module")
def graph() -> WeightedGraph:
    plain = OnnxWays(network_model(), SCANS, GraphTemplates()).plain
    return weighted_graph(plain, network_model())


def kinds_in(graph: bytes) -> list[str]:
    return [step.op_type for step in onnx.load_from_string(graph).graph.node]


def test_the_layers_of_a_network_are_found_and_its_last_one(
    graph: WeightedGraph,
) -> None:
    found = [graph.steps[name] for name in graph.layers.inner]

    assert found == ["Conv", "MatMul", "MatMul"]
    assert [graph.steps[name] for name in graph.layers.last] == ["MatMul"]


def test_what_tells_novelty_keeps_its_double_precision(graph: WeightedGraph) -> None:
    scans = {INPUT: SCANS.calibration[:8]}

    quantised = with_static_ranges(graph, graph.layers.inner, scans)

    plain = onnx.load_from_string(graph.graph).graph.initializer
    left = onnx.load_from_string(quantised).graph.initializer
    double = onnx.TensorProto.DOUBLE
    assert sum(one.data_type == double for one in left) == sum(
        one.data_type == double for one in plain
    )
    assert kinds_in(quantised).count("MatMul") == kinds_in(graph.graph).count("MatMul")


def test_recurrent_layers_are_quantised_whole() -> None:
    model = recurrent_model()
    plain = OnnxWays(model, SCANS, GraphTemplates()).plain

    quantised = with_dynamic_weights(weighted_graph(plain, model), ("MatMul", "LSTM"))

    assert "DynamicQuantizeLSTM" in kinds_in(quantised)
    assert "LSTM" not in kinds_in(quantised)
    assert len(quantised) < 0.6 * len(plain)


def test_a_graph_without_such_layers_is_refused(graph: WeightedGraph) -> None:
    with pytest.raises(ExportError, match="of the kinds GRU before the last, found"):
        with_dynamic_weights(graph, ("GRU",))


def test_the_same_graph_is_quantised_to_the_same_bytes(graph: WeightedGraph) -> None:
    once, again = (with_dynamic_weights(graph, ("MatMul",)) for _ in range(2))

    assert once == again


def test_quantising_leaves_the_logging_of_the_program_as_it_is(
    graph: WeightedGraph,
) -> None:
    root = logging.getLogger()
    before = root.level, list(root.handlers)

    with_four_bits(graph)

    assert (root.level, list(root.handlers)) == before


def test_kinds_of_models_are_told_apart() -> None:
    assert kind_of(network_model()) == "network"
    assert kind_of(recurrent_model()) == "recurrent"


def test_ranges_are_chosen_on_few_scans_that_reach_as_far_as_all() -> None:
    scans = made_farm(200).spectra

    varied = varied_scans(scans, most=20)

    assert len(varied) == 20
    alike = scans[:20]
    reach, usual = (np.ptp(one, axis=0).mean() for one in (varied, alike))
    assert reach > 0.9 * np.ptp(scans, axis=0).mean()
    assert reach > usual


def test_few_scans_are_all_taken() -> None:
    assert np.array_equal(varied_scans(SCANS.proof, most=500), SCANS.proof)
