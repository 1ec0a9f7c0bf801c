"""Made-up farms: soils whose carbon darkens them, seen by instruments that differ.

Nobody's data, so that tests and golden files may carry it. Real soils are used where a
test is about them.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from protocols.wavelength_grid import WavelengthGrid
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.knowledge.library_knowledge import (
    LibraryKnowledge,
    learn_library,
)

GRID = WavelengthGrid(first=420.0, step=20.0, bands=102)
CARBON = "oc_usda.c729_w.pct"
CLAY = "clay.tot_usda.a334_w.pct"
SOILS_A_FARM = 40


def made_scans(
    carbon: NDArray[np.float64], instrument: int, seed: int
) -> NDArray[np.float32]:
    """Return the scans that one instrument takes of soils with this carbon."""
    random = np.random.default_rng(seed)
    nm, count = GRID.positions(), len(carbon)
    colour = np.exp(-(((nm - 500) / 260) ** 2))
    organic = np.exp(-(((nm - 680) / 220) ** 2)) + 0.4 * np.exp(
        -(((nm - 2150) / 120) ** 2)
    )
    water = np.exp(-(((nm - 1410) / 45) ** 2)) + 1.6 * np.exp(
        -(((nm - 1910) / 55) ** 2)
    )
    drift = 0.04 * instrument * np.cos(nm / (180 + 60 * instrument))
    absorbance = (
        0.45
        + drift
        + random.normal(0, 0.06, (count, 1))
        + random.uniform(0.5, 0.9, (count, 1)) * colour
        + 0.11 * carbon[:, np.newaxis] * organic
        + random.uniform(0.05, 0.2, (count, 1)) * water
        + random.normal(0, 0.0015, (count, nm.size))
    )
    return np.power(10.0, -absorbance).astype(np.float32)


def made_library(
    farms: int = 4, soils: int = SOILS_A_FARM, targets: tuple[str, ...] = (CARBON,)
) -> SpectralLibrary:
    """Return a library of made farms, `farm-0` on."""
    random = np.random.default_rng(7)
    carbon = [random.gamma(6, 0.35, soils) + 0.3 * farm for farm in range(farms)]
    scans = [made_scans(one, farm, 100 + farm) for farm, one in enumerate(carbon)]
    values = np.concatenate(carbon)
    return SpectralLibrary(
        name="made soils",
        licence="CC0-1.0",
        grid=GRID,
        targets=targets,
        soils=tuple(f"m{farm}.{row}" for farm in range(farms) for row in range(soils)),
        farms=tuple(f"farm-{farm}" for farm in range(farms) for _ in range(soils)),
        spectra=np.concatenate(scans),
        values=np.stack([values * (1 + 9 * at) for at in range(len(targets))], axis=1),
    )


@cache
def made_knowledge(
    farms: int = 4, soils: int = SOILS_A_FARM, targets: tuple[str, ...] = (CARBON,)
) -> LibraryKnowledge:
    """Return what a made library teaches, learned once for all tests."""
    return learn_library(made_library(farms, soils, targets))


def made_farm(labels: int, start: int = 0, targets: int = 1) -> FarmSoils:
    """Return labelled soils of one farm that is in no library; `start` picks others."""
    random = np.random.default_rng(11)
    carbon = random.gamma(6, 0.4, 200)
    rows = slice(start, start + labels)
    values = carbon[rows, np.newaxis] * (1 + 9 * np.arange(targets))
    return FarmSoils(
        samples=tuple(f"s{row}" for row in range(start, start + labels)),
        spectra=made_scans(carbon, 5, 12)[rows],
        values=values,
    )
