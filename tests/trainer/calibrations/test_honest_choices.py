"""Soils that belong together are never on both sides of a choice."""

import numpy as np
import pytest

from tests.trainer.localisation.made_soils import made_library
from trainer.calibrations.alike_soils import alike_groups
from trainer.calibrations.dissimilarity import (
    DissimilarityKind,
    fit_embedding,
    squared_distances,
)
from trainer.calibrations.target_soils import grouped_folds
from trainer.calibrations.treated_view import View, fit_view

LIBRARY = made_library(farms=2, soils=20)
VIEW = fit_view(View("variate", is_autoscaled=False), LIBRARY.spectra)
REST = LIBRARY.values[:, 0] - LIBRARY.values.mean()


def test_folds_keep_groups_whole_and_leave_every_soil_out_once() -> None:
    groups = np.split(np.arange(40), [1, 3, 13, 20, 33])

    folds = grouped_folds(groups, 3, seed=0)

    assert sorted(np.concatenate([out for _, out in folds])) == list(range(40))
    for kept, out in folds:
        assert len(kept) + len(out) == 40
        assert all(
            np.isin(rows, out).all() or np.isin(rows, kept).all() for rows in groups
        )


def test_near_duplicates_fall_into_one_group() -> None:
    scans = LIBRARY.spectra
    noise = np.random.default_rng(1).normal(0, 1e-5, scans.shape).astype(np.float32)

    names = alike_groups(np.concatenate([scans, scans + noise]), soils_a_group=2)

    same = np.mean([names[row] == names[row + 40] for row in range(40)])
    assert same > 0.95
    assert len(set(names)) > 20


@pytest.mark.parametrize(
    "kind", ["euclid", "cosine", "correlation", "mahalanobis", "pls scores"]
)
def test_a_scan_is_least_unlike_itself(kind: DissimilarityKind) -> None:
    embedding = fit_embedding(kind, VIEW, REST)
    places = embedding.place(VIEW.support)

    far = squared_distances(places, places)

    assert (far.argmin(axis=1) == np.arange(40)).all()


def test_correlation_orders_as_the_coefficient_does() -> None:
    places = fit_embedding("correlation", VIEW, REST).place(VIEW.support)

    far = squared_distances(places, places) / 2

    np.testing.assert_allclose(far, 1 - np.corrcoef(VIEW.support), atol=1e-9)


def test_mahalanobis_is_the_distance_of_whitened_components() -> None:
    embedding = fit_embedding("mahalanobis", VIEW, REST)

    places = embedding.place(VIEW.support)

    covariance = np.cov(places.T, bias=True)
    np.testing.assert_allclose(covariance, np.eye(places.shape[1]), atol=1e-8)


def test_latent_scores_follow_the_target() -> None:
    places = fit_embedding("pls scores", VIEW, REST).place(VIEW.support)

    first = np.corrcoef(places[:, 0], REST)[0, 1]
    np.testing.assert_allclose(places.std(axis=0), 1, atol=1e-8)
    assert abs(first) > 0.5
