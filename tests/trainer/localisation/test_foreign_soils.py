"""A real farm's model knows its own soils and nothing else."""

from functools import cache

import numpy as np
import pytest

from edge_agent.errors import ScanRefusedError
from edge_agent.scan_quality import check_quality
from protocols.spectrum import spectrum_of
from protocols.wavelength_grid import resample_rows
from tests.benchmarks.foreign_scans import OBSERVED, Scans, made_scans
from tests.benchmarks.limesoda_farms import customer, raw_field
from trainer.localisation.farm_domain import FarmDomain, farm_domain, library_domain

FARM = "UL.120"
LABELS = 30
MADE = tuple(made_scans(np.full((1, 20), 0.4, np.float32), np.random.default_rng(0)))


@cache
def domain(seed: int) -> FarmDomain:
    home = customer(FARM)
    return farm_domain(library_domain(home.library), home.some(order(seed)), seed)


def order(seed: int) -> np.ndarray:
    soils = len(customer(FARM).values)
    return np.random.default_rng(seed).permutation(soils)[:LABELS]


def is_refused(scan: Scans) -> bool:
    try:
        check_quality(spectrum_of(customer(FARM).library.grid.positions(), scan))
    except ScanRefusedError:
        return True
    return False


def test_under_one_in_twenty_of_the_farms_own_soils_is_flagged() -> None:
    home = customer(FARM)
    flagged = []

    for seed in range(5):
        others = np.delete(home.farm.spectra, order(seed), axis=0)
        flagged.append(np.mean(domain(seed).novelty(others) > 1))

    assert np.mean(flagged) < 0.05


@pytest.mark.parametrize("field", ["SSP.460", "SL.125", "CV.98", "SC.93"])
def test_soils_of_other_continents_are_flagged(field: str) -> None:
    raw = raw_field(field)
    scans = resample_rows(raw.axis, raw.scans, customer(FARM).library.grid)

    novelty = [domain(seed).novelty(scans) for seed in range(3)]

    assert np.mean(np.array(novelty) > 1) > 0.95


@pytest.mark.parametrize("kind", [one for one in MADE if one != OBSERVED])
def test_panels_and_sensors_are_flagged_or_refused(kind: str) -> None:
    home = customer(FARM)
    scans = made_scans(home.farm.spectra, np.random.default_rng(1))[kind]

    slipped = [
        scan
        for scan, novelty in zip(scans, domain(0).novelty(scans), strict=True)
        if novelty <= 1 and not is_refused(scan)
    ]

    assert not slipped
