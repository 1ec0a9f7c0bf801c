"""A library refuses what does not fit together and never changes."""

from dataclasses import replace

import numpy as np
import pytest

from tests.trainer.localisation.made_soils import made_library
from trainer.errors import LibraryError


def test_leaving_a_farm_out_leaves_none_of_its_soils() -> None:
    library = made_library()

    others, own = library.without_farm("farm-1"), library.only_farm("farm-1")

    assert "farm-1" not in others.farms
    assert not set(others.soils) & set(own.soils)
    assert len(others.soils) + len(own.soils) == len(library.soils)


def test_spectra_in_percent_are_refused_with_a_hint() -> None:
    library = made_library()

    with pytest.raises(LibraryError, match="divide percent by 100"):
        replace(library, spectra=library.spectra * 100)


def test_a_missing_band_value_is_refused() -> None:
    library = made_library()
    spectra = library.spectra.copy()
    spectra[3, 5] = np.nan

    with pytest.raises(LibraryError, match="reflectance as a fraction"):
        replace(library, spectra=spectra)


def test_a_soil_given_twice_is_refused() -> None:
    library = made_library()

    with pytest.raises(LibraryError, match="without repeats"):
        replace(library, soils=(library.soils[0], *library.soils[:-1]))


def test_an_unknown_farm_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LibraryError, match="farm-0, farm-1"):
        made_library().only_farm("farm-9")


def test_the_digest_tells_a_changed_value_from_the_same_content() -> None:
    library = made_library()
    values = library.values.copy()
    values[0, 0] += 1e-9

    assert library.digest == made_library().digest
    assert library.digest != replace(library, values=values).digest
