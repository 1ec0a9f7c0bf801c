"""RS-Local once more, plainly, straight from its description and with numpy alone.

PLS is Wold's: weight, score, loading, take them out, again. Nothing here is shared with
the code under test but the record of what was drawn.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
Drawn = Callable[[Rows, int], Sequence[NDArray[np.int32]]]
"""Given what is kept and the number of the round, the draws of that round."""

NOTHING_LEFT = 1e-10


class PlainPls:
    """Partial least squares of one target by deflation."""

    def __init__(self, spectra: Array, values: Array, components: int) -> None:
        self.centre, self.level = spectra.mean(axis=0), values.mean()
        rest_x, rest_y = spectra - self.centre, values - self.level
        weights, loadings, slopes = [], [], []
        start = np.linalg.norm(rest_x.T @ rest_y)
        for _ in range(components):
            weight = rest_x.T @ rest_y
            if not np.linalg.norm(weight) > NOTHING_LEFT * start:
                break
            weight /= np.linalg.norm(weight)
            score = rest_x @ weight
            loading = rest_x.T @ score / (score @ score)
            slope = rest_y @ score / (score @ score)
            rest_x = rest_x - np.outer(score, loading)
            rest_y = rest_y - score * slope
            weights.append(weight)
            loadings.append(loading)
            slopes.append(slope)
        bands = spectra.shape[1]
        self.loadings = np.array(loadings).reshape(-1, bands)
        self.slopes = np.array(slopes)
        weight_matrix = np.array(weights).reshape(-1, bands).T
        self.rotation = weight_matrix @ np.linalg.inv(self.loadings @ weight_matrix)

    def response_error(self, spectra: Array, values: Array) -> float:
        """Return the root mean square error of predictions."""
        told = self.level + (spectra - self.centre) @ self.rotation @ self.slopes
        return float(np.sqrt(np.mean((told - values) ** 2)))

    def rebuilding_error(self, spectra: Array) -> float:
        """Return the root mean square of what the components leave."""
        about = spectra - self.centre
        rebuilt = about @ self.rotation @ self.loadings
        return float(np.sqrt(np.mean((about - rebuilt) ** 2)))


def plain_errors(
    library: tuple[Array, Array],
    farm: tuple[Array, Array],
    draws: Sequence[NDArray[np.int32]],
    components: int,
    score: str,
) -> Array:
    """Return the error of every draw on the farm."""
    spectra, values = library
    found = []
    for rows in draws:
        model = PlainPls(spectra[rows], values[rows], components)
        if score == "response":
            found.append(model.response_error(*farm))
        else:
            found.append(model.rebuilding_error(farm[0]))
    return np.array(found)


def plain_means(
    draws: Sequence[NDArray[np.int32]], errors: Array, soils: int
) -> list[float]:
    """Return the mean error of the draws that held each soil; NaN for none."""
    told: list[list[float]] = [[] for _ in range(soils)]
    for rows, error in zip(draws, errors, strict=True):
        for row in rows:
            told[row].append(float(error))
    return [sum(one) / len(one) if one else np.nan for one in told]


def plain_worst(
    kept: Rows, means: list[float], retain: float, retention: str
) -> list[int]:
    """Return the soils that a round drops: largest mean error first, ties by row."""
    ranked = sorted(
        (row for row in kept.tolist() if not np.isnan(means[row])),
        key=lambda row: -means[row],
    )
    if retention == "proportional":
        return ranked[: max(1, round(len(kept) * (1 - retain)))]
    cut = np.quantile([means[row] for row in ranked], 1 - (1 - retain))
    return [row for row in ranked if means[row] >= cut]


def in_whole_groups(worst: list[int], kept: Rows, groups: Rows) -> list[int]:
    """Return the worst soils whose whole group is worst, or else the worst group."""
    lost = set(worst)
    whole = [
        row
        for row in worst
        if all(other in lost for other in kept[groups[kept] == groups[row]].tolist())
    ]
    return whole or kept[groups[kept] == groups[worst[0]]].tolist()


def plain_selection(
    library: tuple[Array, Array],
    farm: tuple[Array, Array],
    groups: Rows | None,
    options: tuple[int, int, float, str, str],
    drawn: Drawn,
) -> Rows:
    """Return what is kept; options: k, components, retain, score, retention."""
    keep, components, retain, score, retention = options
    soils, number = len(library[1]), 0
    kept = np.arange(soils)
    while len(kept) > keep:
        draws = drawn(kept, number)
        errors = plain_errors(library, farm, draws, components, score)
        means = plain_means(draws, errors, soils)
        worst = plain_worst(kept, means, retain, retention)
        if retention == "probabilistic" and len(kept) - len(worst) < components:
            break
        if groups is not None and retention == "proportional":
            worst = in_whole_groups(worst, kept, groups)
        kept = np.setdiff1d(kept, worst)
        number += 1
    return kept
