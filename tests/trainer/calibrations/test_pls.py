"""Partial least squares against scikit-learn, and its sums against plain ones."""

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression

from tests.trainer.localisation.made_soils import made_library
from trainer.calibrations.cross_products import products_of, total
from trainer.calibrations.pls import fit_pls
from trainer.treatments.spectral_treatments import treat

LIBRARY = made_library(farms=3)
X = treat("absorbance", LIBRARY.spectra)
Y = LIBRARY.values[:, 0]


def test_every_component_count_equals_scikit_learn() -> None:
    path = fit_pls(products_of(X, Y), 10)

    for count in range(1, 11):
        expected = PLSRegression(count, scale=False).fit(X, Y).predict(X)
        np.testing.assert_allclose(path.predict(X)[:, count - 1], expected, atol=1e-6)


def test_a_weight_of_two_is_the_same_soil_twice() -> None:
    twice = fit_pls(products_of(np.tile(X[:9], (2, 1)), np.tile(Y[:9], 2)), 5)

    once = fit_pls(products_of(X[:9], Y[:9], weight=2.0), 5)

    np.testing.assert_allclose(once.coefficients, twice.coefficients, atol=1e-8)


def test_sums_of_parts_are_sums_of_the_whole() -> None:
    parts = total([products_of(X[:50], Y[:50]), products_of(X[50:], Y[50:])])

    whole = fit_pls(products_of(X, Y), 4)

    np.testing.assert_allclose(
        fit_pls(parts, 4).coefficients, whole.coefficients, rtol=1e-6, atol=1e-8
    )


def test_more_components_than_the_data_hold_repeat_the_last() -> None:
    path = fit_pls(products_of(X[:4], Y[:4]), 8)

    assert np.isfinite(path.coefficients).all()
    np.testing.assert_allclose(path.predict(X[:4])[:, -1], Y[:4], atol=1e-5)


def test_a_target_that_does_not_vary_gives_its_level() -> None:
    path = fit_pls(products_of(X[:9], np.full(9, 2.5)), 3)

    assert path.predict(X)[:, 2] == pytest.approx(2.5)
