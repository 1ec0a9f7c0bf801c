"""Gaussian processes over stacks of farms: settings side by side, mixed in the end.

A prior says how labelled soils vary together before their labels are seen, and what is
expected of them; a posterior is one weight a soil and setting. Leaving soils out is
exact and needs no refit (Rasmussen and Williams 2006, section 5.4.2).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.localisation.members.farm_stack import Rows

Array = NDArray[np.float64]

NOISES = 10.0 ** np.arange(-4.0, 1.26, 0.25)
"""Noise variances that are tried, against the variance of the labels."""

LEVEL_VARIANCE = 10.0
"""How far a farm's mean may lie from what is expected, against its own variance."""


@dataclass(frozen=True, eq=False)
class Prior:
    """What is expected of a farm's soils, and how they vary together about it.

    Attributes:
        covariance: [farm, setting, soil, soil].
        mean: [farm, setting, soil], or of size one where nothing is expected.
    """

    covariance: Array
    mean: Array

    def take(self, kept: Rows) -> "Prior":
        """Return what is known of some of the soils."""
        across = self.covariance[..., kept[:, np.newaxis], kept]
        return Prior(across, self._mean_of(kept))

    def answer(self, kept: Rows, out: Rows, posterior: "Posterior") -> Array:
        """Return what soils that were left out are told to be, [farm, soil]."""
        across = self.covariance[..., out[:, np.newaxis], kept]
        told = (across @ posterior.weights[..., np.newaxis])[..., 0]
        told = told + self._mean_of(out)
        mixed: Array = (told * posterior.shares[..., np.newaxis]).sum(axis=1)
        return mixed

    def _mean_of(self, rows: Rows) -> Array:
        is_told = self.mean.shape[-1] > 1
        return self.mean[..., rows] if is_told else self.mean


@dataclass(frozen=True, eq=False)
class Posterior:
    """Weights [farm, setting, soil], and what each setting counts [farm, setting]."""

    weights: Array
    shares: Array


def nothing_expected() -> Array:
    """Return the mean of a prior that expects nothing."""
    return np.zeros((1, 1, 1))


def at_given_noise(prior: Prior, standard: Array, noise: float) -> Posterior:
    """Return the posterior at one noise, all settings counting the same."""
    count = prior.covariance.shape[-1]
    noisy = prior.covariance + noise * np.eye(count)
    rest = standard[:, np.newaxis, :] - prior.mean
    rest = np.broadcast_to(rest, noisy.shape[:-1])
    return Posterior(_solved(noisy, rest), _equal_shares(noisy.shape[:2]))


def at_least_error(prior: Prior, standard: Array, best: int = 0) -> Posterior:
    """Return each setting at the noise that is least wrong on soils left out.

    The `best` settings count the same and the others nothing; 0 stands for all.
    """
    powers, turn = np.linalg.eigh(prior.covariance)
    inverse = 1 / (np.clip(powers, 0, None)[..., np.newaxis] + NOISES)
    rest = np.broadcast_to(standard[:, np.newaxis, :] - prior.mean, powers.shape)
    along = np.swapaxes(turn, -1, -2) @ rest[..., np.newaxis]
    pulls = turn @ (along * inverse)
    errors = ((pulls / (turn**2 @ inverse)) ** 2).mean(axis=-2)
    at = errors.argmin(axis=-1)[..., np.newaxis]
    weights = np.take_along_axis(pulls, at[..., np.newaxis], axis=-1)[..., 0]
    least = np.take_along_axis(errors, at, axis=-1)[..., 0]
    return Posterior(weights, _shares_of_best(least, best or least.shape[1]))


def at_evidence(prior: Prior, standard: Array, noise: float) -> Posterior:
    """Return all settings at one noise, each counting as its evidence says."""
    count = prior.covariance.shape[-1]
    noisy = prior.covariance + noise * np.eye(count)
    rest = np.broadcast_to(standard[:, np.newaxis, :] - prior.mean, noisy.shape[:-1])
    weights = _solved(noisy, rest)
    spans = np.linalg.slogdet(noisy)[1]
    evidence = -0.5 * (rest * weights).sum(axis=-1) - 0.5 * spans
    shares = np.exp(evidence - evidence.max(axis=1, keepdims=True))
    return Posterior(weights, shares / shares.sum(axis=1, keepdims=True))


def _solved(matrices: Array, right: Array) -> Array:
    solved = np.linalg.solve(matrices, right[..., np.newaxis])[..., 0]
    return solved.astype(np.float64, copy=False)


def _equal_shares(shape: tuple[int, ...]) -> Array:
    return np.full(shape, 1 / shape[1])


def _shares_of_best(errors: Array, best: int) -> Array:
    order = np.argsort(errors, axis=1, kind="stable")[:, :best]
    shares = np.zeros_like(errors)
    np.put_along_axis(shares, order, 1 / order.shape[1], axis=1)
    return shares
