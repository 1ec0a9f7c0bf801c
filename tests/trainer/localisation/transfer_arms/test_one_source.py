"""Local only, library only, and what few labels can carry."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from protocols.wavelength_grid import WavelengthGrid
from tests.trainer.localisation.made_soils import CARBON, CLAY, made_library
from tests.trainer.localisation.transfer_arms.small_arms import (
    PLS,
    customer,
    other_farms,
)
from trainer.calibrations.calibration import Soils
from trainer.errors import CalibrationError, LibraryError
from trainer.evaluation.soils_of_library import soils_of
from trainer.localisation.transfer_arms.known_targets import fit_known_targets
from trainer.localisation.transfer_arms.one_source import LibraryOnly, LocalOnly
from trainer.localisation.transfer_arms.transfer_arm import remark_of


def two_targets(clay_labels: int) -> Soils:
    """Return twelve soils with carbon, of which some have clay."""
    library = made_library(farms=1, targets=(CARBON, CLAY))
    soils = soils_of(library).take(np.arange(12))
    values = soils.values.copy()
    values[clay_labels:, 1] = np.nan
    return replace(soils, values=values)


def test_local_only_never_looks_at_the_library() -> None:
    farm, told = customer(20), customer().spectra[20:]

    with_library = LocalOnly(PLS).fit(other_farms(), farm, 0).predict(told)
    without = LocalOnly(PLS).fit(None, farm, 0).predict(told)

    assert np.array_equal(with_library, without)


def test_three_labels_tell_their_mean() -> None:
    farm = customer(3)

    fitted = LocalOnly(PLS).fit(None, farm, 0)

    assert fitted.predict(farm.spectra) == pytest.approx(farm.values.mean())
    assert "fewer than 4 groups" in remark_of(fitted)


def test_no_label_at_all_is_refused_with_what_to_do() -> None:
    with pytest.raises(CalibrationError, match="label one, or choose an arm"):
        LocalOnly(PLS).fit(None, customer(0), 0)


def test_a_target_of_few_labels_does_not_spoil_the_other() -> None:
    soils = two_targets(clay_labels=2)

    both = fit_known_targets(PLS, soils, 0).predict(soils.spectra)
    carbon = PLS.fit(customer_carbon(soils), 0).predict(soils.spectra)

    assert np.array_equal(both[:, [0]], carbon)
    assert both[:, 1] == pytest.approx(np.nanmean(soils.values[:, 1]))


def customer_carbon(soils: Soils) -> Soils:
    return replace(soils, values=soils.values[:, :1], targets=soils.targets[:1])


def test_a_target_without_labels_is_not_told_and_has_no_graph() -> None:
    soils = two_targets(clay_labels=0)

    fitted = fit_known_targets(PLS, soils, 0)

    assert np.isnan(fitted.predict(soils.spectra)[:, 1]).all()
    with pytest.raises(CalibrationError, match="a target without any"):
        fitted.as_graph()


def test_the_graph_of_mixed_targets_tells_the_same() -> None:
    soils = two_targets(clay_labels=2)

    fitted = fit_known_targets(PLS, soils, 0)
    with torch.no_grad():
        graph = fitted.as_graph()(torch.from_numpy(soils.spectra)).numpy()

    np.testing.assert_allclose(graph, fitted.predict(soils.spectra), rtol=1e-4)


def test_a_sub_library_is_its_farms_alone() -> None:
    library, farm = other_farms(), customer(8)

    named = LibraryOnly(PLS, ("farm-1", "not-there")).fit(library, farm, 0)
    alone = LibraryOnly(PLS).fit(library.only_farm("farm-1"), farm, 0)

    spectra = farm.spectra
    assert np.array_equal(named.predict(spectra), alone.predict(spectra))


def test_what_was_learned_elsewhere_is_enough_without_the_library() -> None:
    farm = customer(8)
    learned = LibraryOnly(PLS).fit(other_farms(), farm, 0)

    told = LibraryOnly(PLS, fitted=learned).fit(None, farm, 0).predict(farm.spectra)

    assert np.array_equal(told, learned.predict(farm.spectra))


def test_a_sub_library_of_nobody_is_refused() -> None:
    with pytest.raises(
        LibraryError, match=r"farms farm-9 in the library, found farm-0"
    ):
        LibraryOnly(PLS, ("farm-9",)).fit(other_farms(), customer(8), 0)


def test_a_farm_on_another_grid_is_refused() -> None:
    farm = customer(8)
    grid = WavelengthGrid(first=420.0, step=20.0, bands=90)
    cut = replace(farm, spectra=farm.spectra[:, :90], grid=grid)

    with pytest.raises(CalibrationError, match="resample them"):
        LibraryOnly(PLS).fit(other_farms(), cut, 0)
