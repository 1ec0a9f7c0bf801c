"""Transfer between instruments against plain least squares, as torch and as a graph."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from torch import nn

from tests.trainer.calibrations.one_answer_graph import answer_by_onnx, answer_by_torch
from tests.trainer.localisation.made_soils import made_scans
from trainer.errors import CalibrationError
from trainer.treatments.instrument_transfer import (
    fit_direct_standardisation,
    fit_moisture_orthogonalisation,
    fit_piecewise_standardisation,
    fit_space_transformation,
)
from trainer.treatments.instrument_transfer.paired_scans import PairedScans

Array = NDArray[np.float64]
CARBON = np.random.default_rng(5).gamma(6, 0.4, 60)
WANTED = made_scans(CARBON, instrument=0, seed=1).astype(np.float64)
RIPPLE = 0.05 * np.sin(np.arange(WANTED.shape[1]) / 9)
SEEN = WANTED * (0.9 + RIPPLE) + 0.02 + RIPPLE / 5
PAIRS = PairedScans(SEEN[:40], WANTED[:40])
NEW = SEEN[40:].astype(np.float32)
COMPONENTS = 6


def direct(seen: Array) -> Array:
    components = PCA(COMPONENTS).fit(PAIRS.seen)
    line = LinearRegression().fit(components.transform(PAIRS.seen), PAIRS.wanted)
    found: Array = line.predict(components.transform(seen))
    return found


def piecewise(seen: Array) -> Array:
    columns = []
    for band in range(seen.shape[1]):
        near = slice(max(0, band - 2), band + 3)
        line = LinearRegression()
        components = PCA(2).fit(PAIRS.seen[:, near])
        line.fit(components.transform(PAIRS.seen[:, near]), PAIRS.wanted[:, band])
        columns.append(line.predict(components.transform(seen[:, near])))
    return np.stack(columns, axis=1)


def moved_in_space(seen: Array) -> Array:
    both = np.hstack([PAIRS.wanted, PAIRS.seen])
    powers, axes = np.linalg.eigh(both.T @ both)
    axes = axes[:, np.argsort(powers)[::-1][:COMPONENTS]].T
    wanted, own = np.hsplit(axes, 2)
    scores = np.linalg.lstsq(own.T, seen.T, rcond=None)[0].T
    found: Array = seen + scores @ (wanted - own)
    return found


def projected(seen: Array) -> Array:
    differences = PAIRS.seen - PAIRS.wanted
    powers, axes = np.linalg.eigh(differences.T @ differences)
    removed = axes[:, np.argsort(powers)[::-1][:2]]
    found: Array = seen - seen @ removed @ removed.T
    return found


TRANSFERS: dict[str, tuple[nn.Module, Array]] = {
    "direct": (
        fit_direct_standardisation(PAIRS, COMPONENTS),
        direct(NEW.astype(np.float64)),
    ),
    "piecewise": (
        fit_piecewise_standardisation(PAIRS, half_window=2, components=2),
        piecewise(NEW.astype(np.float64)),
    ),
    "space": (
        fit_space_transformation(PAIRS, COMPONENTS),
        moved_in_space(NEW.astype(np.float64)),
    ),
    "moisture": (
        fit_moisture_orthogonalisation(PAIRS, components=2),
        projected(NEW.astype(np.float64)),
    ),
}


@pytest.mark.parametrize("name", TRANSFERS)
def test_a_transfer_in_torch_equals_its_reference(name: str) -> None:
    module, expected = TRANSFERS[name]

    np.testing.assert_allclose(answer_by_torch(module, NEW), expected, atol=1e-4)


@pytest.mark.parametrize("name", TRANSFERS)
def test_a_transfer_as_a_graph_equals_its_reference(name: str) -> None:
    module, expected = TRANSFERS[name]

    np.testing.assert_allclose(answer_by_onnx(module, NEW), expected, atol=1e-4)


@pytest.mark.parametrize("name", ["direct", "piecewise", "space"])
def test_transferred_scans_are_nearer_to_the_wanted_ones(name: str) -> None:
    before = np.abs(NEW - WANTED[40:]).mean()

    after = np.abs(answer_by_torch(TRANSFERS[name][0], NEW) - WANTED[40:]).mean()

    assert after < before / 5


def test_projection_brings_wet_and_dry_together() -> None:
    module = TRANSFERS["moisture"][0]
    wet = answer_by_torch(module, NEW)
    dry = answer_by_torch(module, WANTED[40:].astype(np.float32))

    assert np.abs(wet - dry).mean() < np.abs(NEW - WANTED[40:]).mean() / 5


def test_a_model_of_the_wanted_instrument_works_again() -> None:
    model = PLSRegression(5, scale=False).fit(WANTED[:40], CARBON[:40])
    moved = answer_by_torch(TRANSFERS["piecewise"][0], NEW)

    misses = np.abs(model.predict(moved) - CARBON[40:]).mean()

    assert misses < np.abs(model.predict(NEW) - CARBON[40:]).mean() / 2


def test_scans_that_are_no_pairs_are_refused() -> None:
    with pytest.raises(CalibrationError, match="scanned twice"):
        PairedScans(SEEN[:40], WANTED[:39])


@pytest.mark.parametrize("components", [0, 40])
def test_more_components_than_pairs_tell_are_refused(components: int) -> None:
    with pytest.raises(CalibrationError, match="components"):
        fit_direct_standardisation(PAIRS, components)
