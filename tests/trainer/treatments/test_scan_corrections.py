"""Corrections of single scans against plain numpy, as torch and as a graph."""

from functools import cache

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.signal import detrend as scipy_detrend
from scipy.spatial import ConvexHull

from protocols.wavelength_grid import WavelengthGrid, resample_rows
from tests.trainer.calibrations.one_answer_graph import answer_by_onnx, answer_by_torch
from tests.trainer.localisation.made_soils import GRID, made_library
from trainer.errors import CalibrationError
from trainer.treatments.continuum_removal import ContinuumRemoval, upper_hull
from trainer.treatments.detrend import Detrend
from trainer.treatments.mean_scaling import MeanScaling
from trainer.treatments.resampling import Resampling
from trainer.treatments.scatter_correction import ScatterCorrection

SPECTRA = made_library(farms=2, soils=6).spectra
COARSE = WavelengthGrid(first=500.0, step=50.0, bands=38)
PLACES = np.arange(SPECTRA.shape[1], dtype=np.float64)
Array = NDArray[np.float64]


def hull_of(scan: Array) -> Array:
    corners = ConvexHull(np.column_stack([PLACES, scan])).vertices
    last = PLACES.size - 1
    turned = np.roll(corners, -int(np.flatnonzero(corners == last)[0]))
    upper = turned[: int(np.flatnonzero(turned == 0)[0]) + 1][::-1]
    hull: Array = np.interp(PLACES, PLACES[upper], scan[upper])
    return hull


def scatter_corrected(rows: Array) -> Array:
    reference = rows.mean(axis=0)
    fits = [np.polyfit(reference, row, 1) for row in rows]
    return np.stack([(row - a) / b for row, (b, a) in zip(rows, fits, strict=True)])


def detrended(rows: Array) -> Array:
    fits = [np.polyval(np.polyfit(PLACES, row, 2), PLACES) for row in rows]
    flat: Array = rows - np.stack(fits)
    return flat


ROWS = SPECTRA.astype(np.float64)
CORRECTIONS: dict[str, tuple[torch.nn.Module, Array]] = {
    "mean scaling": (MeanScaling(), ROWS / ROWS.mean(axis=1, keepdims=True)),
    "scatter correction": (ScatterCorrection(SPECTRA), scatter_corrected(ROWS)),
    "detrend": (Detrend(), detrended(ROWS)),
    "continuum removal": (
        ContinuumRemoval(),
        ROWS / np.stack([hull_of(row) for row in ROWS]),
    ),
    "resampling": (
        Resampling(GRID.positions(), COARSE),
        resample_rows(GRID.positions(), SPECTRA, COARSE).astype(np.float64),
    ),
}


class AllCorrections(torch.nn.Module):
    """Every correction side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.corrections = torch.nn.ModuleList(one for one, _ in CORRECTIONS.values())

    def forward(self, spectrum: torch.Tensor) -> torch.Tensor:
        """Return all of them in one row."""
        return torch.cat([one(spectrum) for one in self.corrections], dim=1)


@cache
def corrected_by_graph() -> dict[str, Array]:
    whole = answer_by_onnx(AllCorrections(), SPECTRA).astype(np.float64)
    ends = np.cumsum([expected.shape[1] for _, expected in CORRECTIONS.values()])
    return dict(zip(CORRECTIONS, np.split(whole, ends[:-1], axis=1), strict=True))


@pytest.mark.parametrize("name", CORRECTIONS)
def test_a_correction_in_torch_equals_its_reference(name: str) -> None:
    module, expected = CORRECTIONS[name]

    found = answer_by_torch(module, SPECTRA)

    np.testing.assert_allclose(found, expected, atol=2e-5)


@pytest.mark.parametrize("name", CORRECTIONS)
def test_a_correction_as_a_graph_equals_its_reference(name: str) -> None:
    found = corrected_by_graph()[name]

    np.testing.assert_allclose(found, CORRECTIONS[name][1], atol=2e-5)


def test_a_detrended_line_is_nothing() -> None:
    lines = torch.from_numpy(np.outer([1.0, -2.0], PLACES))

    found = Detrend(degree=1)(lines).numpy()

    np.testing.assert_allclose(found, scipy_detrend(lines.numpy()), atol=1e-9)


def test_the_hull_of_noise_lies_on_or_over_it_and_bends_down() -> None:
    noise = np.random.default_rng(3).uniform(0.1, 0.9, (20, PLACES.size))

    hull = upper_hull(torch.from_numpy(noise)).numpy()

    assert (hull >= noise - 1e-9).all()
    assert (np.diff(hull, 2, axis=1) <= 1e-9).all()
    np.testing.assert_allclose(hull, [hull_of(row) for row in noise], atol=1e-9)


def test_a_straight_scan_is_its_own_hull() -> None:
    straight = torch.linspace(0.2, 0.8, 102)[None]

    found = ContinuumRemoval()(straight)

    torch.testing.assert_close(found, torch.ones_like(straight), atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", CORRECTIONS)
def test_a_dead_scan_stays_finite(name: str) -> None:
    dark = np.zeros((1, SPECTRA.shape[1]), dtype=np.float32)

    found = answer_by_torch(CORRECTIONS[name][0], dark)

    assert np.isfinite(found).all()


def test_a_flat_reference_is_refused() -> None:
    with pytest.raises(CalibrationError, match="varies along its bands"):
        ScatterCorrection(np.full((3, 9), 0.4))
