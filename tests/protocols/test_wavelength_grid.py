"""The one resampler averages, interpolates, and never extrapolates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import SpectrumError
from protocols.spectrum import Spectrum, spectrum_of
from protocols.wavelength_grid import WavelengthGrid, resample, resample_rows
from tests.strategies import spectra

GRID = WavelengthGrid(first=500.0, step=10.0, bands=50)


def integrated(spectrum: Spectrum, grid: WavelengthGrid) -> list[float]:
    """Integrate numerically, slowly and plainly, for comparison."""
    axis, values = spectrum.wavelengths_nm, spectrum.reflectance.astype(np.float64)
    means = []
    for position in grid.positions():
        half = min(grid.step / 2, position - axis[0], axis[-1] - position)
        if half < grid.step / 1000:
            means.append(float(np.interp(position, axis, values)))
            continue
        low, high = position - half, position + half
        inside = axis[(axis > low) & (axis < high)]
        at = np.concatenate([[low], inside, [high]])
        heights = np.interp(at, axis, values)
        area = ((heights[1:] + heights[:-1]) / 2 * np.diff(at)).sum()
        means.append(float(area / (high - low)))
    return means


def test_straight_line_is_reproduced_where_the_scan_ends_with_the_grid() -> None:
    axis = GRID.positions()

    found = resample(spectrum_of(axis, 0.001 * axis - 0.2), GRID)

    np.testing.assert_allclose(found, 0.001 * axis - 0.2, atol=2e-7)


@pytest.mark.parametrize("step", [0.5, 1.0, 3.3, 10.0, 25.0])
def test_straight_line_is_reproduced_from_any_axis(step: float) -> None:
    axis = np.arange(480.0, 1030.0, step)
    line = spectrum_of(axis, 0.001 * axis - 0.2)

    found = resample(line, GRID)

    np.testing.assert_allclose(found, 0.001 * GRID.positions() - 0.2, atol=2e-7)


def test_finer_scan_is_averaged() -> None:
    axis = np.arange(480.0, 1010.0, 0.1)
    noise = np.random.default_rng(3).normal(0, 0.01, axis.size)

    found = resample(spectrum_of(axis, 0.5 + noise), GRID)

    assert np.std(found) < 0.01 / np.sqrt(100) * 1.5
    assert np.mean(found) == pytest.approx(0.5, abs=5e-4)


def test_coarser_scan_is_interpolated() -> None:
    axis = np.arange(400.0, 1101.0, 50.0)
    curve = np.sin(axis / 200)

    found = resample(spectrum_of(axis, curve), GRID)

    np.testing.assert_allclose(
        found, np.interp(GRID.positions(), axis, curve), atol=2e-2
    )


def test_scan_on_the_very_grid_is_hardly_changed() -> None:
    values = 0.3 + 0.1 * np.sin(GRID.positions() / 300)

    found = resample(spectrum_of(GRID.positions(), values), GRID)

    np.testing.assert_allclose(found, values, atol=1e-4)


def test_descending_scan_gives_the_same() -> None:
    axis = np.arange(480.0, 1010.0, 2.0)
    values = np.sin(axis / 100)

    turned = resample(spectrum_of(axis[::-1], values[::-1]), GRID)

    np.testing.assert_array_equal(turned, resample(spectrum_of(axis, values), GRID))


def test_scan_in_nanometres_reaches_a_grid_in_wavenumbers() -> None:
    grid = WavelengthGrid(first=4000.0, step=8.0, bands=100, unit="cm-1")
    axis = np.linspace(1e7 / 5000, 1e7 / 3900, 4000)
    wavenumbers = 1e7 / axis

    found = resample(spectrum_of(axis, wavenumbers / 1e4), grid)

    np.testing.assert_allclose(found, grid.positions() / 1e4, rtol=1e-5)


@given(spectrum=spectra(), bands=st.integers(2, 40))
def test_every_band_is_the_mean_over_its_step(spectrum: Spectrum, bands: int) -> None:
    first, last = spectrum.wavelengths_nm[[0, -1]]
    step = (last - first) / (bands - 1)
    grid = WavelengthGrid(first=float(first), step=float(step), bands=bands)

    found = resample(spectrum, grid)

    np.testing.assert_allclose(found, integrated(spectrum, grid), rtol=1e-4, atol=1e-4)


def test_many_scans_are_resampled_as_each_of_them() -> None:
    axis = np.arange(480.0, 1010.0, 2.0)
    rows = np.random.default_rng(5).normal(size=(7, axis.size)).astype(np.float32)

    together = resample_rows(axis, rows, GRID)

    alone = [resample(spectrum_of(axis, row), GRID) for row in rows]
    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize(("first", "last"), [(505.0, 1000.0), (480.0, 980.0)])
def test_scan_that_does_not_reach_is_refused(first: float, last: float) -> None:
    axis = np.arange(first, last, 1.0)

    with pytest.raises(SpectrumError, match="expected a scan over 500 to 990 nm"):
        resample(spectrum_of(axis, axis), GRID)


def test_axis_rounded_to_single_precision_still_reaches() -> None:
    grid = WavelengthGrid(first=500.0, step=1.0, bands=500)
    axis = np.arange(500.0, 1000.0, 1.0) + 0.0004
    axis[-1] = 998.9996

    found = resample(spectrum_of(axis, np.full(axis.size, 0.5)), grid)

    np.testing.assert_allclose(found, 0.5)
