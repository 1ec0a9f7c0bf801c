"""Scans of the same soil are found among many, and distinct soils are left apart."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.trainer.library.made_tables import made_reflectance
from trainer.library import near_duplicates
from trainer.library.limesoda import limesoda_library
from trainer.library.near_duplicates import same_soils

SOILS = 300


def rescanned(spectra: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the spectra as a good instrument sees them again: brighter, and noisy."""
    noise = np.random.default_rng(5).normal(0, 1e-5, spectra.shape)
    return (1.02 * spectra + noise).astype(np.float32)


def test_distinct_soils_stay_apart() -> None:
    labels = same_soils(made_reflectance(SOILS))

    assert len(set(labels.tolist())) == SOILS


def test_a_rescanned_soil_is_the_same_soil() -> None:
    spectra = made_reflectance(SOILS)
    again = rescanned(spectra[10:30])

    labels = same_soils(np.concatenate([spectra, again]))

    np.testing.assert_array_equal(labels[SOILS:], labels[10:30])
    assert len(set(labels.tolist())) == SOILS


def test_pairs_are_found_across_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_duplicates, "ROWS_A_TILE", 64)
    monkeypatch.setattr(near_duplicates, "COLUMNS_A_TILE", 100)
    spectra = made_reflectance(SOILS)

    labels = same_soils(np.concatenate([spectra, rescanned(spectra[:5])]))

    np.testing.assert_array_equal(labels[SOILS:], labels[:5])


def test_three_scans_of_one_soil_are_one_kind() -> None:
    spectra = made_reflectance(SOILS)
    copies = np.concatenate([spectra, spectra[:1], spectra[:1]])

    labels = same_soils(copies)

    assert labels[0] == labels[SOILS] == labels[SOILS + 1]


def test_copies_are_found_even_among_few() -> None:
    spectra = made_reflectance(3)

    labels = same_soils(np.concatenate([spectra, spectra[1:2]]))

    assert labels[1] == labels[3]
    assert len(set(labels.tolist())) == 3


def test_no_soils_have_no_repeats() -> None:
    assert same_soils(np.empty((0, 5), np.float32)).size == 0


def test_the_soils_of_a_real_field_stay_apart() -> None:
    field = limesoda_library(["ssp-460"])

    labels = same_soils(field.spectra)

    assert len(set(labels.tolist())) == len(field.soils)
