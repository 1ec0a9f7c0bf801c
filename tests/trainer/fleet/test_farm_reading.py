"""A farm comes as one row a sample, labelled ones only, and says what was left out."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from protocols.wavelength_grid import resample_rows
from tests.trainer.fleet.made_fleet import write_farm
from tests.trainer.localisation.made_soils import CARBON, CLAY, GRID, made_farm
from trainer.errors import LibraryError
from trainer.fleet.farm_reading import read_farm
from trainer.localisation.farm_soils import FarmSoils


def on_grid(farm: FarmSoils) -> NDArray[np.float32]:
    return resample_rows(GRID.positions(), farm.spectra, GRID)


def test_a_table_is_read_whole(tmp_path: Path) -> None:
    found = read_farm(write_farm(tmp_path / "a.csv"), GRID, (CARBON,))

    assert found.soils.samples == made_farm(10).samples
    np.testing.assert_allclose(found.soils.values, made_farm(10).values, rtol=1e-5)
    np.testing.assert_allclose(found.soils.spectra, on_grid(made_farm(10)), atol=1e-5)
    assert found.remarks == ()


def test_samples_without_a_value_are_left_out_and_told(tmp_path: Path) -> None:
    values = made_farm(10).values[:, 0]
    values[3:] = np.nan

    found = read_farm(write_farm(tmp_path / "a.csv", values=values), GRID, (CARBON,))

    assert len(found.soils.samples) == 3
    assert found.remarks == ("left out 7 samples that have no value yet",)


def test_scans_of_one_sample_are_averaged(tmp_path: Path) -> None:
    farm = made_farm(4)
    values = farm.values[[0, 0, 2, 3], 0]
    path = write_farm(
        tmp_path / "a.csv", 4, values=values, samples=("x", "x", "y", "z")
    )

    found = read_farm(path, GRID, (CARBON,))

    assert found.soils.samples == ("x", "y", "z")
    mean = on_grid(farm)[:2].mean(axis=0)
    np.testing.assert_allclose(found.soils.spectra[0], mean, atol=1e-5)
    assert found.remarks == ("averaged 4 scans to 3 samples, one an id",)


def test_two_values_under_one_id_are_refused(tmp_path: Path) -> None:
    path = write_farm(tmp_path / "a.csv", 3, samples=("x", "x", "y"))

    with pytest.raises(LibraryError, match=r"one value of oc_usda.* for sample x"):
        read_farm(path, GRID, (CARBON,))


def test_a_target_that_the_farm_lacks_is_told(tmp_path: Path) -> None:
    found = read_farm(write_farm(tmp_path / "a.csv"), GRID, (CARBON, CLAY))

    assert np.isnan(found.soils.values[:, 1]).all()
    assert f"no column of {CLAY}" in found.remarks[0]


def test_a_farm_without_samples_is_empty() -> None:
    found = read_farm(None, GRID, (CARBON,))

    assert found.soils.samples == ()
    assert found.soils.spectra.shape == (0, GRID.bands)
