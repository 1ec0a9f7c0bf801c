"""Soils of the kind that is known are inside; panels, leaves, dead sensors are not."""

from functools import cache

import numpy as np
import pytest
import torch

from tests.trainer.localisation.made_soils import GRID, made_farm, made_library
from trainer.calibrations.applicability_domain import ApplicabilityDomain, edge_of
from trainer.localisation.farm_domain import FarmDomain, farm_domain, library_domain
from trainer.treatments.spectral_treatments import DOMAIN_TREATMENT, treat

NM = GRID.positions()
RANDOM = np.random.default_rng(0)
FOREIGN = {
    "white panel": 0.99 + RANDOM.normal(0, 0.003, NM.size),
    "white panel that drifts": np.linspace(0.95, 0.99, NM.size)
    + RANDOM.normal(0, 0.0005, NM.size),
    "panel with the shape of a soil": 0.96 + 0.05 * made_farm(1).spectra[0],
    "nearly no light": made_farm(1).spectra[0] / 30,
    "dead sensor": np.zeros(NM.size),
    "flat line": np.full(NM.size, 0.3),
    "noise": RANDOM.uniform(0, 1, NM.size),
    "leaf": 0.05
    + 0.45 / (1 + np.exp(-(NM - 715) / 12))
    - 0.35 * np.exp(-(((NM - 1930) / 100) ** 2)),
    "soil read backwards": made_farm(1).spectra[0, ::-1],
}


@cache
def domain_after(labels: int) -> FarmDomain:
    return farm_domain(library_domain(made_library()), made_farm(labels), seed=0)


@pytest.mark.parametrize("labels", [0, 10, 30])
@pytest.mark.parametrize("name", list(FOREIGN))
def test_what_is_no_soil_is_beyond_the_edge(name: str, labels: int) -> None:
    domain = domain_after(labels)
    scan = np.clip(FOREIGN[name], 0, 1)[np.newaxis].astype(np.float32)

    distance = domain.axes.distances(treat(DOMAIN_TREATMENT, scan))[0]

    assert distance / domain.edge > 1.0


@pytest.mark.parametrize("labels", [9, 10, 15, 30])
def test_few_of_the_farms_other_soils_are_flagged(labels: int) -> None:
    others = treat(DOMAIN_TREATMENT, made_farm(100, start=100).spectra)

    flagged = []
    for start in range(0, 100 - labels, 15):
        domain = farm_domain(
            library_domain(made_library()), made_farm(labels, start), seed=0
        )
        flagged.append(np.mean(domain.axes.distances(others) > domain.edge))

    assert 0.0 < np.mean(flagged) <= 0.12


def test_few_distances_leave_room_beyond_the_largest_of_them() -> None:
    distances = np.exp(np.random.default_rng(3).normal(0.3, 0.2, (4000, 10)))

    passed = [one[9] > edge_of(one[:9]) for one in distances]

    assert np.mean(passed) == pytest.approx(0.05, abs=0.015)


def test_many_distances_are_counted_and_nothing_is_assumed() -> None:
    distances = np.arange(1.0, 20.0)

    assert edge_of(distances) == 19.0
    assert edge_of(np.append(distances, 30.0)) == 30.0


def test_one_odd_soil_does_not_open_the_domain() -> None:
    distances = np.exp(np.random.default_rng(3).normal(0.3, 0.2, 30))

    usual = edge_of(distances)

    assert edge_of(np.append(distances[1:], 500.0)) < 1.5 * usual
    assert edge_of(np.full(30, 2.0)) == pytest.approx(2.0)


def test_two_farms_do_not_claim_to_know_a_third() -> None:
    library = made_library(farms=2)

    domain = farm_domain(library_domain(library), made_farm(0), seed=0)

    assert "too few" in domain.method
    known = domain.axes.distances(treat(DOMAIN_TREATMENT, library.spectra))
    assert np.mean(known > domain.edge) == pytest.approx(0.05, abs=0.02)
    strange = domain.axes.distances(treat(DOMAIN_TREATMENT, made_farm(40).spectra))
    assert np.mean(strange > domain.edge) > 0.9


def test_the_module_says_what_the_axes_say() -> None:
    domain = farm_domain(library_domain(made_library()), made_farm(20), seed=0)
    treated = treat(DOMAIN_TREATMENT, made_farm(30, start=50).spectra)
    module = ApplicabilityDomain(domain.axes, domain.edge).eval()

    novelty = module(torch.from_numpy(treated).float())

    expected = domain.axes.distances(treated) / domain.edge
    np.testing.assert_allclose(novelty, expected, rtol=1e-3)
