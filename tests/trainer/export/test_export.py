"""Graphs that keep the contract, quietly; graphs that lie are refused."""

import warnings

import numpy as np
import onnx
import onnxruntime
import pytest
from torch import nn

from protocols.graph_contract import INPUT, OPSET, OUTPUTS
from tests.trainer.localisation.made_soils import GRID, made_farm, made_knowledge
from trainer.errors import ExportError
from trainer.export.exported_model import ExportBudget, ProofScans, export_model
from trainer.export.golden_scans import choose_golden_scans
from trainer.export.graph_signature import GraphSignature, scan_signature
from trainer.export.graph_template import GraphTemplates
from trainer.export.onnx_graph import to_onnx
from trainer.export.strange_scans import white_panel
from trainer.localisation.farm_model import as_module, localise

FARM = made_farm(10)
KNOWN = made_knowledge(soils=20)
FITTED = localise(KNOWN, FARM)
MODEL = as_module(FITTED)


@pytest.fixture(scope="module")
def graph() -> bytes:
    return to_onnx(MODEL, scan_signature(GRID.bands))


def test_the_graph_has_the_names_and_shapes_of_the_contract(graph: bytes) -> None:
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])

    (entry,) = session.get_inputs()
    assert (entry.name, entry.type) == (INPUT, "tensor(float)")
    assert entry.shape == ["batch", GRID.bands]
    assert [one.name for one in session.get_outputs()] == list(OUTPUTS)
    assert [one.shape[0] for one in session.get_outputs()] == ["batch"] * 4
    assert onnx.load_from_string(graph).opset_import[0].version == OPSET


@pytest.mark.parametrize("scans", [1, 2, 7])
def test_the_graph_takes_any_number_of_scans(graph: bytes, scans: int) -> None:
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])

    value, low, high, novelty = session.run(None, {INPUT: FARM.spectra[:scans]})

    assert value.shape == low.shape == high.shape == (scans, 1)
    assert novelty.shape == (scans,)


def test_exporting_is_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings(record=True) as raised:
        to_onnx(MODEL, scan_signature(GRID.bands))

    assert raised == []
    assert capfd.readouterr() == ("", "")


class GraphsOfAnother(GraphTemplates):
    """Makes the graph of one model, whatever it is asked for."""

    def to_onnx(self, model: nn.Module, signature: GraphSignature) -> bytes:
        """Return the other model's graph."""
        del model
        return super().to_onnx(
            as_module(localise(KNOWN, made_farm(10, start=60))), signature
        )


def test_a_graph_of_another_model_is_refused() -> None:
    scans = ProofScans(KNOWN.scans, FARM.spectra)

    with pytest.raises(ExportError, match="publish nothing"):
        export_model(MODEL, scans, (1.0,), ExportBudget(), GraphsOfAnother())


def test_golden_scans_hold_the_least_and_the_largest_value() -> None:
    values = FARM.values[:, 0].astype(np.float32)

    scans = choose_golden_scans(FARM.spectra, values)

    assert (scans[0] == FARM.spectra[values.argmin()]).all()
    assert (scans[-2] == FARM.spectra[values.argmax()]).all()
    assert (scans[-1] == white_panel(GRID.bands)).all()
