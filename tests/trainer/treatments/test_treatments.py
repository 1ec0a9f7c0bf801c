"""Each treatment against an independent reference, as torch and as a graph."""

from functools import cache

import numpy as np
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from scipy.signal import savgol_filter

from tests.trainer.localisation.made_soils import made_library
from trainer.export.graph_signature import scan_signature
from trainer.export.onnx_graph import to_onnx
from trainer.treatments.savitzky_golay import SavitzkyGolay, SavitzkyGolayWindow
from trainer.treatments.slopes_and_light import LIGHT_WEIGHT
from trainer.treatments.spectral_treatments import (
    DOMAIN_TREATMENT,
    FIRST_DERIVATIVE,
    SECOND_DERIVATIVE,
    TREATMENTS,
    treat,
    treatment_of,
)

SPECTRA = made_library(farms=2, soils=6).spectra
Array = NDArray[np.float64]


def absorbance() -> Array:
    logarithm: Array = np.log10(1 / SPECTRA.astype(np.float64))
    return logarithm


def variate(rows: Array) -> Array:
    spread = rows.std(1, ddof=1, keepdims=True)
    centred: Array = (rows - rows.mean(1, keepdims=True)) / spread
    return centred


def derivative(window: SavitzkyGolayWindow) -> Array:
    half = window.bands // 2
    whole: Array = savgol_filter(
        absorbance(), window.bands, window.degree, deriv=window.derivative, axis=1
    )
    return whole[:, half:-half]


REFERENCES = {
    "absorbance": absorbance(),
    "variate": variate(absorbance()),
    "first derivative": derivative(FIRST_DERIVATIVE),
    "second derivative": derivative(SECOND_DERIVATIVE),
    "variate of first derivative": variate(derivative(FIRST_DERIVATIVE)),
    "variate of second derivative": variate(derivative(SECOND_DERIVATIVE)),
    DOMAIN_TREATMENT: np.column_stack(
        [
            variate(derivative(FIRST_DERIVATIVE)),
            LIGHT_WEIGHT * np.log10(absorbance().std(axis=1)),
            LIGHT_WEIGHT * absorbance().mean(axis=1),
        ]
    ),
}


@pytest.mark.parametrize("name", [*TREATMENTS, DOMAIN_TREATMENT])
def test_a_treatment_in_float64_equals_its_reference(name: str) -> None:
    treated = treat(name, SPECTRA)

    np.testing.assert_allclose(treated, REFERENCES[name], atol=1e-6)


class AllTreatments(torch.nn.Module):
    """Answers every treatment side by side, under the graph contract's names."""

    def __init__(self) -> None:
        super().__init__()
        self.treatments = torch.nn.ModuleList(map(treatment_of, REFERENCES))

    def forward(self, spectrum: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return the treated scans three times, and one number a scan."""
        treated = torch.cat([one(spectrum) for one in self.treatments], dim=1)
        return treated, treated + 0, treated * 1, treated.sum(dim=1)


@cache
def treated_by_graph() -> dict[str, Array]:
    graph = to_onnx(AllTreatments().eval(), scan_signature(SPECTRA.shape[1]))
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    whole = session.run(["value"], {"spectrum": SPECTRA})[0]
    ends = np.cumsum([one.shape[1] for one in REFERENCES.values()])
    return dict(zip(REFERENCES, np.split(whole, ends[:-1], axis=1), strict=True))


@pytest.mark.parametrize("name", [*TREATMENTS, DOMAIN_TREATMENT])
def test_a_treatment_as_a_graph_equals_its_reference(name: str) -> None:
    found = treated_by_graph()[name]

    np.testing.assert_allclose(found, REFERENCES[name], atol=2e-4)


def test_a_third_derivative_equals_its_reference() -> None:
    window = SavitzkyGolayWindow(bands=9, degree=4, derivative=3)
    rows = torch.from_numpy(absorbance())

    found = SavitzkyGolay(window).double()(rows).numpy()

    np.testing.assert_allclose(found, derivative(window), atol=1e-6)


def test_reflectance_of_zero_stays_finite() -> None:
    dark = np.zeros((1, SPECTRA.shape[1]), dtype=np.float32)

    for name in (*TREATMENTS, DOMAIN_TREATMENT):
        assert np.isfinite(treat(name, dark)).all(), name


@pytest.mark.parametrize(
    ("bands", "degree", "order"), [(8, 2, 1), (5, 5, 1), (7, 2, 3)]
)
def test_a_window_that_holds_no_polynomial_is_refused(
    bands: int, degree: int, order: int
) -> None:
    with pytest.raises(ValueError, match="odd window"):
        SavitzkyGolayWindow(bands, degree, order)
