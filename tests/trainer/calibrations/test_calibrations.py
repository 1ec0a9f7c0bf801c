"""What every calibration must do, on made-up soils of several farms."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.trainer.calibrations.graph_kinds import (
    FEW,
    IN_ANY_PRECISION,
    IN_DOUBLE_PRECISION,
)
from tests.trainer.calibrations.one_answer_graph import answer_by_onnx, answer_by_torch
from tests.trainer.localisation.made_soils import GRID, made_library
from trainer.calibrations.average import Average
from trainer.calibrations.calibration import Calibration, FittedCalibration, Soils
from trainer.calibrations.cubist_rules import Cubist
from trainer.calibrations.memory_based import MemoryBased
from trainer.errors import CalibrationError

LIBRARY = made_library(farms=3, soils=30, targets=("oc_usda.c729_w.pct",))
SOME_MISSING = np.column_stack([LIBRARY.values[:, 0], 10 - LIBRARY.values[:, 0]])
SOME_MISSING[::7, 1] = np.nan
SOILS = Soils(
    spectra=LIBRARY.spectra,
    values=SOME_MISSING,
    groups=LIBRARY.soils,
    grid=GRID,
    targets=("oc_usda.c729_w.pct", "mirrored"),
)
LEARNED, JUDGED = np.arange(0, 90, 2), np.arange(1, 90, 2)

CALIBRATIONS = (*IN_ANY_PRECISION, *IN_DOUBLE_PRECISION)
NAMES = [f"{at}-{one.name}" for at, one in enumerate(CALIBRATIONS)]


@pytest.fixture(scope="module", params=CALIBRATIONS, ids=NAMES)
def fitted(request: pytest.FixtureRequest) -> FittedCalibration:
    calibration: Calibration = request.param
    return calibration.fit(SOILS.take(LEARNED), seed=0)


def rmse(answers: NDArray[np.float64], rows: NDArray[np.intp]) -> NDArray[np.float64]:
    misses = answers - np.column_stack(
        [LIBRARY.values[rows], 10 - LIBRARY.values[rows]]
    )
    root: NDArray[np.float64] = np.sqrt((misses**2).mean(axis=0))
    return root


def test_it_predicts_soils_it_has_not_seen(fitted: FittedCalibration) -> None:
    answers = fitted.predict(LIBRARY.spectra[JUDGED])

    assert answers.dtype == np.float64
    assert (rmse(answers, JUDGED) < 0.35 * LIBRARY.values.std()).all()


def test_its_graph_answers_as_it_predicts(fitted: FittedCalibration) -> None:
    spectra = LIBRARY.spectra[JUDGED]

    by_torch = answer_by_torch(fitted.as_graph(), spectra)

    misses = np.abs(by_torch - fitted.predict(spectra))
    assert (misses / np.nanstd(SOME_MISSING, axis=0)).max() <= 1e-3


EXPORTED: tuple[Calibration, ...] = (
    Average(FEW),
    MemoryBased("process", ("correlation",), FEW[1:], FEW[1:], penalties=(1.0,)),
    MemoryBased("pls", ("pls scores",), FEW[1:], FEW[1:], linear_share=1.0),
)


@pytest.mark.parametrize("calibration", EXPORTED, ids=["average", "process", "pls"])
def test_onnxruntime_answers_as_torch_does(
    calibration: Calibration, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So much noise needs few steps, and a graph of few steps is made quickly.
    monkeypatch.setattr("trainer.calibrations.local_regression.SOLVER_STEPS", 24)
    one = replace(SOILS, values=np.exp(LIBRARY.values), targets=SOILS.targets[:1])
    graph = calibration.fit(one.take(LEARNED), seed=0).as_graph()

    by_torch = answer_by_torch(graph, LIBRARY.spectra)
    by_onnx = answer_by_onnx(graph, LIBRARY.spectra)

    assert np.abs(by_onnx - by_torch).max() <= 1e-4 * one.values.std()


def test_it_never_answers_far_outside_of_what_it_learned(
    fitted: FittedCalibration,
) -> None:
    low, high = np.nanmin(SOME_MISSING, axis=0), np.nanmax(SOME_MISSING, axis=0)
    strange = np.random.default_rng(0).uniform(0, 1, (9, GRID.bands))

    answers = fitted.predict(strange.astype(np.float32))

    room = 1.001 * (high - low)
    assert ((answers >= low - room) & (answers <= high + room)).all()


@pytest.mark.parametrize("calibration", CALIBRATIONS, ids=NAMES)
def test_the_same_seed_gives_the_same_answers(calibration: Calibration) -> None:
    soils = replace(SOILS, values=SOILS.values[:, :1], targets=SOILS.targets[:1])
    few = soils.take(LEARNED[:20])

    first, second = (calibration.fit(few, seed=3) for _ in range(2))

    np.testing.assert_array_equal(
        first.predict(LIBRARY.spectra), second.predict(LIBRARY.spectra)
    )


@pytest.mark.parametrize(
    "calibration", [*CALIBRATIONS, Cubist()], ids=[*NAMES, "rules"]
)
def test_too_few_labels_are_refused(calibration: Calibration) -> None:
    with pytest.raises(CalibrationError, match="bring more labels"):
        calibration.fit(SOILS.take(LEARNED[:3]), seed=0)


def test_a_target_that_does_not_vary_gives_its_level() -> None:
    flat = replace(SOILS, values=np.full_like(SOILS.values, 2.5))

    fitted = Average(FEW).fit(flat, seed=0)

    assert (fitted.predict(LIBRARY.spectra) == 2.5).all()
    assert (answer_by_torch(fitted.as_graph(), LIBRARY.spectra) == 2.5).all()


def test_a_skewed_target_gets_a_logarithmic_member() -> None:
    skewed = replace(SOILS, values=np.exp(SOILS.values), targets=SOILS.targets)

    fitted = Average(FEW).fit(skewed.take(LEARNED), seed=0)

    assert fitted.models[0].members[-1].is_logarithmic
    by_torch = answer_by_torch(fitted.as_graph(), LIBRARY.spectra)
    expected = fitted.predict(LIBRARY.spectra)
    assert np.abs(by_torch - expected).max() < 1e-3 * np.nanstd(skewed.values)


def test_a_memory_with_too_little_noise_is_no_graph() -> None:
    exact = MemoryBased("process", treatments=FEW[1:], penalties=(0.001,))

    fitted = exact.fit(SOILS.take(LEARNED), seed=0)

    with pytest.raises(CalibrationError, match="no graph solves to parity"):
        fitted.as_graph()


def test_cubist_predicts_and_is_no_graph() -> None:
    fitted = Cubist(components=10).fit(SOILS.take(LEARNED), seed=0)

    assert (rmse(fitted.predict(LIBRARY.spectra[JUDGED]), JUDGED) < 0.5).all()
    with pytest.raises(CalibrationError, match="baseline"):
        fitted.as_graph()


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(CalibrationError, match="expected spectra shaped"):
        replace(SOILS, groups=SOILS.groups[:-1])
