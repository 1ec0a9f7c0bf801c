"""A farm is told which site of the library it looks like, and how much."""

import numpy as np
import pytest

from tests.trainer.localisation.made_soils import made_library, made_scans
from trainer.localisation.knowledge.library_distance import (
    SiteDistances,
    site_distances,
)

FARMS, SOILS = 4, 40
LIBRARY = made_library(FARMS, SOILS)
GROUPS = [LIBRARY.spectra[at * SOILS : (at + 1) * SOILS] for at in range(FARMS)]


@pytest.fixture(scope="module")
def distances() -> SiteDistances:
    return site_distances(LIBRARY.farm_names, GROUPS)


@pytest.mark.parametrize("site", range(FARMS))
def test_a_sites_own_soils_lie_at_its_reach(
    distances: SiteDistances, site: int
) -> None:
    name, reaches = distances.nearest(GROUPS[site])

    assert name == f"farm-{site}"
    assert reaches == pytest.approx(1)


@pytest.mark.parametrize("site", range(FARMS))
def test_other_soils_of_a_site_are_told_as_that_sites(
    distances: SiteDistances, site: int
) -> None:
    carbon = np.random.default_rng(site).gamma(6, 0.35, 30) + 0.3 * site

    name, reaches = distances.nearest(made_scans(carbon, site, 900 + site))

    assert name == f"farm-{site}"
    assert 0.7 < reaches < 1.6


def test_another_instrument_looks_like_no_site(distances: SiteDistances) -> None:
    carbon = np.random.default_rng(0).gamma(6, 0.35, 30)

    _, reaches = distances.nearest(made_scans(carbon, 7, 1))

    assert reaches > 4


def test_one_scan_is_enough_to_ask(distances: SiteDistances) -> None:
    assert distances.nearest(GROUPS[2][:1])[0] == "farm-2"


def test_a_site_of_one_soil_is_no_trouble() -> None:
    distances = site_distances(("one", "many"), [GROUPS[0][:1], GROUPS[1]])

    assert distances.nearest(GROUPS[1])[0] == "many"
