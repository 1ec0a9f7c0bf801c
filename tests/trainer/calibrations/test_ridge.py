"""Ridge regression against scikit-learn at the penalty that it chose."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from tests.trainer.localisation.made_soils import made_library
from trainer.calibrations.ridge import PENALTIES, fit_ridge
from trainer.treatments.spectral_treatments import treat

LIBRARY = made_library(farms=1)
X = treat("variate", LIBRARY.spectra)
Y = LIBRARY.values[:, 0]


def test_the_fit_is_a_ridge_regression_of_one_of_the_penalties() -> None:
    centred = X - X.mean(axis=0)
    scale = float(np.mean(np.sum(centred**2, axis=1)))
    candidates = [Ridge(scale * one).fit(X, Y).coef_ for one in PENALTIES]

    found = fit_ridge(X, Y)

    nearest = min(np.abs(found.coefficients - one).max() for one in candidates)
    assert nearest < 1e-6
    assert found.predict(X).mean() == pytest.approx(Y.mean())


def test_pure_noise_is_shrunk_towards_the_mean() -> None:
    noise = np.random.default_rng(3).normal(size=len(Y))

    found = fit_ridge(X, noise)

    assert found.predict(X).std() < 0.5 * noise.std()


def test_labels_that_are_all_the_same_give_that_label() -> None:
    found = fit_ridge(X[:5], np.full(5, 1.5))

    assert found.predict(X) == pytest.approx(1.5)
