"""Scans that no farm's model should know: other soils, leaves, panels, dead sensors.

Soils from Australia and leaves are files beside the repository (`TERROIR_DATA`);
without them the rest is told. Panels and sensors are made: a white panel with little or
much noise, with a drift, with a soil's shape; no light, one value, noise.
"""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from protocols.errors import SpectrumError
from protocols.instrument_files.instrument_scan import InstrumentScan
from protocols.instrument_files.reflectance import as_fraction, as_nanometres
from protocols.instrument_files.scan_reader import read_instrument_file
from protocols.spectrum import Spectrum, spectrum_of
from protocols.wavelength_grid import WavelengthGrid, resample, resample_rows
from tests.benchmarks.limesoda_farms import MIDDLE, VISIBLE, Customer, raw_field

Scans = NDArray[np.float32]

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("TERROIR_DATA", ROOT.parent / "shared" / "data"))
AUSTRALIA = DATA / "australia" / "australia.npz"
LEAVES = DATA / "instrument_files" / "spectrolab"
REFERENCE = "_WR_"
"""So the leaves' folder calls scans of its white reference."""

MADE = 40
LOOKS_LIKE_SOIL = 0.05
LAMP = 0.3
OBSERVED = "failing lamp"
"""A third of the light: a soil still, and nobody asked that it be told."""


def foreign_scans(farm: Customer, seed: int) -> dict[str, Scans]:
    """Return all kinds that reach over the farm's grid, each [scan, band]."""
    grid = farm.library.grid
    kinds = {
        "Australia": _australia(grid),
        "other sets": _other_sets(farm.field, grid),
        "leaf": _leaves(grid, is_reference=False),
        "white reference": _leaves(grid, is_reference=True),
        **made_scans(farm.farm.spectra, np.random.default_rng(seed)),
    }
    return {name: scans for name, scans in kinds.items() if len(scans)}


def made_scans(own: Scans, random: np.random.Generator) -> dict[str, Scans]:
    """Return panels and sensors, made for the bands of these scans."""
    shape = (MADE, own.shape[1])
    slope = np.linspace(0.95, 0.99, shape[1])
    drift = np.cumsum(random.normal(size=shape), axis=1)
    drift /= np.abs(drift).max(axis=1, keepdims=True)
    soil = own[random.integers(0, len(own), MADE)]
    made = {
        "panel, noise .001": random.normal(0.99, 0.001, shape),
        "panel, noise .01": random.normal(0.99, 0.01, shape),
        "panel, tilted": slope + random.normal(0, 0.0005, shape),
        "panel, drifting": 0.98 + 0.01 * drift,
        "panel, soil's shape": 0.95 + LOOKS_LIKE_SOIL * soil,
        "no light": np.zeros((1, shape[1])),
        "one value": np.full((1, shape[1]), 0.3),
        "dark noise": random.normal(0.01, 0.003, shape),
        "dark, soil's shape": LOOKS_LIKE_SOIL * soil,
        "noise": random.uniform(0, 1, shape),
        OBSERVED: LAMP * soil,
    }
    return {name: scans.astype(np.float32) for name, scans in made.items()}


def _australia(grid: WavelengthGrid) -> Scans:
    if not AUSTRALIA.is_file():
        return _none(grid)
    with np.load(AUSTRALIA) as archive:
        axis, rows = archive["axis"].astype(np.float64), archive["X"]
    return _on(grid, axis, rows.astype(np.float32))


def _other_sets(field: str, grid: WavelengthGrid) -> Scans:
    group = VISIBLE if field in VISIBLE else MIDDLE
    raws = [raw_field(one) for one in group if one != field]
    return np.concatenate([_on(grid, raw.axis, raw.scans) for raw in raws])


def _on(grid: WavelengthGrid, axis: NDArray[np.float64], rows: Scans) -> Scans:
    try:
        return resample_rows(axis, rows, grid)
    except SpectrumError:  # Its instrument does not reach over this grid.
        return _none(grid)


def _leaves(grid: WavelengthGrid, *, is_reference: bool) -> Scans:
    own = [leaf for name, leaf in _leaf_files() if (REFERENCE in name) is is_reference]
    rows = list(_resampled(own, grid))
    return np.stack(rows) if rows else _none(grid)


def _resampled(scans: list[Spectrum], grid: WavelengthGrid) -> Iterator[Scans]:
    for scan in scans:
        try:
            yield resample(scan, grid)
        except SpectrumError:
            continue


@cache
def _leaf_files() -> list[tuple[str, Spectrum]]:
    """Return the folder's scans, detectors that overlap put side by side."""
    scans = [
        (path.name, read_instrument_file(path.name, path.read_bytes()))
        for path in sorted(LEAVES.rglob("*.sig"))
    ]
    return [(name, _side_by_side(scan)) for name, scan in scans]


def _side_by_side(scan: InstrumentScan) -> Spectrum:
    assert scan.unit is not None
    assert scan.quantity is not None
    axis, first = np.unique(as_nanometres(scan.positions, scan.unit), return_index=True)
    return spectrum_of(axis, as_fraction(scan.values, scan.quantity)[first])


def _none(grid: WavelengthGrid) -> Scans:
    return np.zeros((0, grid.bands), dtype=np.float32)
