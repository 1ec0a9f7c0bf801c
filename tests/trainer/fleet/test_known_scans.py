"""A farm that is part of the library is found, and taken out of it."""

import numpy as np

from tests.trainer.localisation.made_soils import made_farm, made_library
from trainer.fleet.known_scans import known_scans, without_scans

LIBRARY = made_library(2, 10)


def test_scans_of_the_library_are_known_and_others_are_not() -> None:
    known = known_scans(LIBRARY)

    assert known.count(LIBRARY.spectra[3:7]) == 4
    assert known.count(made_farm(8).spectra) == 0


def test_a_scan_is_known_whatever_it_lost_by_rounding() -> None:
    rounded = LIBRARY.spectra[:1] + np.float32(1e-7)

    assert known_scans(LIBRARY).count(rounded) == 1


def test_the_farms_own_soils_are_taken_out() -> None:
    left = without_scans(LIBRARY, LIBRARY.spectra[3:7])

    assert len(left.soils) == 16
    assert not known_scans(left).count(LIBRARY.spectra[3:7])
    assert without_scans(LIBRARY, made_farm(8).spectra) is LIBRARY
