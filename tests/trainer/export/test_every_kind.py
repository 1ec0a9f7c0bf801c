"""Every kind of calibration and network leaves in both formats, or says why not."""

import numpy as np
import pytest
import torch
from torch import nn

from tests.trainer.calibrations.graph_kinds import IN_ANY_PRECISION
from tests.trainer.export.small_models import (
    APART,
    SOILS,
    SPREADS,
    calibrated,
    recurrent_model,
)
from tests.trainer.networks.test_network_export import SMALL
from trainer.calibrations.calibration import Calibration
from trainer.evaluation.mean_of_training import MeanOfTraining
from trainer.export.contract_model import contract_around
from trainer.export.export_budget import ExportBudget
from trainer.export.exported_model import export_model
from trainer.export.proof_scans import ProofScans
from trainer.export.tflite.converter import TfliteConverter
from trainer.networks.network_recipe import NetworkRecipe
from trainer.networks.network_shape import NetworkShape
from trainer.networks.scaled_network import scaled_network

BOTH = ExportBudget(formats=("onnx", "tflite"))
KNOWN, HELD = SOILS.take(np.flatnonzero(~APART)), SOILS.take(np.flatnonzero(APART))
SCANS = ProofScans(KNOWN.spectra, HELD.spectra)
CALIBRATIONS = (MeanOfTraining(), *IN_ANY_PRECISION)


@pytest.mark.slow
@pytest.mark.parametrize("calibration", CALIBRATIONS, ids=lambda one: one.name)
def test_every_calibration_leaves_in_both_formats(
    calibration: Calibration, converter: TfliteConverter
) -> None:
    fitted = calibration.fit(KNOWN, 0)
    told = fitted.predict(HELD.spectra)
    model = contract_around(fitted.as_graph(), told, KNOWN, HELD)

    exported = export_model(model, SCANS, SPREADS, BOTH, converter=converter)

    assert list(exported.members) == ["model.onnx", "model.tflite"], exported.sentences
    assert max(one.error or 0.0 for one in exported.artefacts) < 0.001


@pytest.mark.slow
@pytest.mark.parametrize("recipe", SMALL, ids=lambda one: one.name)
def test_every_network_leaves_in_both_formats(
    recipe: NetworkRecipe, converter: TfliteConverter
) -> None:
    model = calibrated(_built(recipe))

    exported = export_model(model, SCANS, SPREADS, BOTH, converter=converter)

    assert list(exported.members) == ["model.onnx", "model.tflite"], exported.sentences
    assert max(one.error or 0.0 for one in exported.artefacts) < 0.02


@pytest.mark.slow
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_every_recurrent_network_leaves_in_both_formats(
    kind: type[nn.LSTM] | type[nn.GRU], converter: TfliteConverter
) -> None:
    model = recurrent_model(kind)  # type: ignore[arg-type] # classes are hashable

    exported = export_model(model, SCANS, SPREADS, BOTH, converter=converter)

    assert list(exported.members) == ["model.onnx", "model.tflite"], exported.sentences
    assert max(one.error or 0.0 for one in exported.artefacts) < 0.02


def _built(recipe: NetworkRecipe) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        shape = NetworkShape(SOILS.grid.bands, torch.ones(1, 1))
        return scaled_network(recipe.build(shape), KNOWN.spectra, KNOWN.values)
