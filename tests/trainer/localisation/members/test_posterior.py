"""Posteriors are what refitting, one soil left out at a time, would have found."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from trainer.localisation.members.posterior import (
    NOISES,
    Prior,
    at_evidence,
    at_given_noise,
    at_least_error,
)

Array = NDArray[np.float64]
FARMS, SETTINGS, SOILS = 2, 5, 9
SEEDS = st.integers(0, 10_000)


def drawn(seed: int) -> tuple[Prior, Array]:
    """Return a prior that expects something, and labels that follow one setting."""
    random = np.random.default_rng(seed)
    roots = random.normal(size=(FARMS, SETTINGS, SOILS, SOILS + 2))
    covariance = roots @ roots.swapaxes(-1, -2) / SOILS
    mean = random.normal(0, 0.3, (FARMS, SETTINGS, SOILS))
    return Prior(covariance, mean), random.normal(size=(FARMS, SOILS))


def error_without_each(covariance: Array, rest: Array, noise: float) -> float:
    """Return the mean square error of refits without each soil in turn."""
    misses = []
    for out in range(len(rest)):
        kept = np.delete(np.arange(len(rest)), out)
        known = covariance[np.ix_(kept, kept)] + noise * np.eye(len(kept))
        told = covariance[out, kept] @ np.linalg.solve(known, rest[kept])
        misses.append(rest[out] - told)
    return float(np.mean(np.square(misses)))


@settings(deadline=None, max_examples=25)
@given(seed=SEEDS, best=st.integers(0, SETTINGS))
def test_noise_and_settings_are_those_that_err_least_when_refitted(
    seed: int, best: int
) -> None:
    prior, labels = drawn(seed)

    found = at_least_error(prior, labels, best)

    for farm in range(FARMS):
        errors = np.zeros((SETTINGS, len(NOISES)))
        for at in range(SETTINGS):
            covariance, rest = prior.covariance[farm, at], labels[farm]
            rest = rest - prior.mean[farm, at]
            refitted = partial(error_without_each, covariance, rest)
            errors[at] = [refitted(noise) for noise in NOISES]
            noisy = covariance + NOISES[errors[at].argmin()] * np.eye(SOILS)
            np.testing.assert_allclose(
                found.weights[farm, at], np.linalg.solve(noisy, rest), rtol=1e-5
            )
        ranked = np.argsort(errors.min(axis=1))
        counted = ranked[: best or SETTINGS]
        assert set(np.flatnonzero(found.shares[farm])) == set(counted)
        np.testing.assert_allclose(found.shares[farm, counted], 1 / len(counted))


@settings(deadline=None, max_examples=25)
@given(seed=SEEDS)
def test_evidence_is_the_density_of_the_labels(seed: int) -> None:
    prior, labels = drawn(seed)

    shares = at_evidence(prior, labels, noise=0.1).shares

    for farm in range(FARMS):
        logs = np.array(
            [
                multivariate_normal(
                    prior.mean[farm, at],
                    prior.covariance[farm, at] + 0.1 * np.eye(SOILS),
                ).logpdf(labels[farm])
                for at in range(SETTINGS)
            ]
        )
        expected = np.exp(logs - logs.max())
        np.testing.assert_allclose(shares[farm], expected / expected.sum(), rtol=1e-6)


def test_at_a_given_noise_all_settings_count_the_same() -> None:
    prior, labels = drawn(3)

    found = at_given_noise(prior, labels, noise=0.5)

    noisy = prior.covariance[1, 2] + 0.5 * np.eye(SOILS)
    expected = np.linalg.solve(noisy, labels[1] - prior.mean[1, 2])
    np.testing.assert_allclose(found.weights[1, 2], expected)
    np.testing.assert_allclose(found.shares, 1 / SETTINGS)


@pytest.mark.parametrize("noise", [1e-9, 0.2])
def test_what_is_expected_is_told_where_labels_say_nothing(noise: float) -> None:
    prior, labels = drawn(4)
    prior.covariance[..., 0, 1:] = prior.covariance[..., 1:, 0] = 0
    kept, out = np.arange(1, SOILS), np.array([0])

    posterior = at_given_noise(prior.take(kept), labels[:, kept], noise)
    told = prior.answer(kept, out, posterior)

    np.testing.assert_allclose(told[:, 0], prior.mean[:, :, 0].mean(axis=1))
