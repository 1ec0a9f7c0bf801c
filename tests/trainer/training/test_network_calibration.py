"""A network is a calibration like any other."""

import numpy as np
import pytest
import torch

from tests.trainer.training.small_run import SOILS, TINY, small_plan, small_soils
from trainer.calibrations.calibration import Calibration
from trainer.errors import CalibrationError
from trainer.export.network_graph import export_network
from trainer.training.network_calibration import NetworkCalibration
from trainer.training.train_network import train_network

CALIBRATION: Calibration = NetworkCalibration(TINY, small_plan().settings)


def test_a_fitted_network_predicts_as_its_graph_does() -> None:
    soils = small_soils()
    fitted = CALIBRATION.fit(soils, seed=1)

    predicted = fitted.predict(soils.spectra)
    with torch.no_grad():
        graph = fitted.as_graph()(torch.from_numpy(soils.spectra))

    assert CALIBRATION.name == "tiny"
    assert predicted.shape == (SOILS, 2)
    assert predicted.dtype == np.float64
    assert np.array_equal(predicted.astype(np.float32), graph.numpy())


def test_the_same_seed_gives_the_same_network_and_another_one_another() -> None:
    soils = small_soils()

    first, again, other = (
        CALIBRATION.fit(soils, seed).predict(soils.spectra) for seed in (1, 1, 2)
    )

    assert np.array_equal(first, again)
    assert not np.allclose(first, other)


def test_too_few_soils_are_refused() -> None:
    with pytest.raises(CalibrationError, match="found 3 in 2"):
        CALIBRATION.fit(small_soils().take(np.arange(3)), seed=0)


def test_a_trained_network_leaves_as_a_graph_of_the_contract() -> None:
    trained = train_network(small_plan(), small_soils())

    exported = export_network(trained)

    assert list(exported.members) == ["model.onnx"]
    assert exported.artefacts[0].error is not None
    assert exported.artefacts[0].error < 0.02


def test_of_several_rates_the_one_that_errs_least_on_soils_held_back_is_taken() -> None:
    soils, settings = small_soils(), small_plan().settings
    rates = (1e-7, 1e-2)

    chosen, hasty = (
        NetworkCalibration(TINY, settings, tried).fit(soils, seed=1)
        for tried in (rates, rates[1:])
    )

    spectra = soils.spectra
    assert np.array_equal(chosen.predict(spectra), hasty.predict(spectra))
