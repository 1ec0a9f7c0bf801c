"""The real farms: units, quantities and axes as their documentation says."""

import numpy as np
import pytest

from protocols.wavelength_grid import WavelengthGrid
from trainer.errors import LibraryError
from trainer.library.limesoda import (
    SETS,
    limesoda_library,
    read_farm,
    usable_farms,
)
from trainer.library.recognition.laboratory_column import MATTER_PER_CARBON


@pytest.mark.parametrize("farm", [one.farm for one in SETS if one.unit == "%"])
def test_every_farm_is_reflectance_as_a_fraction_on_ascending_bands(farm: str) -> None:
    scans = read_farm(farm, "convert")

    assert 0 <= scans.spectra.min() < scans.spectra.max() < 1
    assert (np.diff(scans.wavelengths_nm) > 0).all()
    assert 300 < scans.wavelengths_nm[0] < scans.wavelengths_nm[-1] <= 2500
    assert len(scans.soils) == len(scans.carbon) == len(scans.spectra)


def test_only_farms_of_measured_carbon_are_used_unless_told() -> None:
    assert usable_farms() == ("ssp-460", "cv-98", "sc-93")


def test_organic_matter_is_converted_only_when_told_and_said_so() -> None:
    library = limesoda_library(["sl-125"], organic_matter="convert")

    matter = library.values[:, 0] * MATTER_PER_CARBON
    assert matter.min() == pytest.approx(2.0)
    (remark,) = library.remarks
    assert remark.startswith("sl-125: carbon is organic matter divided by 1.724")


def test_organic_matter_is_refused_unless_told() -> None:
    with pytest.raises(LibraryError, match=r"found organic matter in UL\.120"):
        read_farm("ul-120")


@pytest.mark.parametrize("farm", ["ssp-58", "mg-44"])
def test_carbon_per_volume_is_refused(farm: str) -> None:
    with pytest.raises(LibraryError, match="bulk density"):
        read_farm(farm, "convert")


def test_a_farm_that_does_not_reach_over_the_grid_is_refused() -> None:
    with pytest.raises(LibraryError, match="1000 to 2400 nm"):
        limesoda_library(["sa-112"])


def test_another_grid_brings_in_the_near_infrared_farms() -> None:
    grid = WavelengthGrid(first=1000.0, step=10.0, bands=141)

    assert {"sa-112", "rp-62"} < set(usable_farms(grid))


def test_columns_that_are_no_bands_are_left_out() -> None:
    scans = read_farm("sa-112")

    assert scans.wavelengths_nm.size == 1401


def test_an_unknown_farm_is_refused() -> None:
    with pytest.raises(LibraryError, match="ssp-460"):
        read_farm("no-1")
