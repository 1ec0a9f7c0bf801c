"""Folds never split a group, and every soil is left out exactly once."""

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.component_choice import choose_components, soil_folds
from trainer.calibrations.cross_products import products_of
from trainer.calibrations.pls import PlsPath, fit_pls


def test_every_soil_is_left_out_once_and_never_learned_from_then() -> None:
    folds = soil_folds(23, 10, seed=1)

    left_out = np.concatenate([out for _, out in folds])
    assert sorted(left_out) == list(range(23))
    assert all(not set(kept) & set(out) for kept, out in folds)


def test_fewer_soils_than_folds_are_left_out_one_by_one() -> None:
    assert [len(out) for _, out in soil_folds(4, 10, seed=1)] == [1, 1, 1, 1]


def test_the_number_of_hidden_factors_is_found() -> None:
    random = np.random.default_rng(0)
    factors = random.normal(size=(60, 3)) * [3.0, 2.0, 1.0]
    spectra = factors @ random.normal(size=(3, 40)) + random.normal(0, 0.3, (60, 40))
    target = factors @ [1.0, -2.0, 3.0] + random.normal(0, 0.3, 60)

    def fit(rows: NDArray[np.intp]) -> PlsPath:
        return fit_pls(products_of(spectra[rows], target[rows]), 12)

    assert choose_components(fit, spectra, target, soil_folds(60, 10, 0)) == 3
