"""The errors of draws on the farm's soils, in one compiled loop over draws.

PLS for one target is Golub and Kahan's bidiagonalisation started at the covariance of
spectra and target: two products of spectra and a vector a component, no deflation, no
centred copy. Both products take six spectra at a time while they are near the
processor, and while one draw is computed the spectra of the next are fetched. Spectra
are single precision, as they were measured; every sum is double precision, because PLS
in single precision is wrong. The new direction is made orthogonal to all before it,
which exact arithmetic would not need.

Sums run in a fixed order within a draw and draws do not touch one another: an error is
the same to the last bit on however many threads draws are scored.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trainer.localisation.rs_local.compiler import compiled, compiled_sums
from trainer.localisation.rs_local.memory_prefetch import LINE_VALUES, prefetch

Array = NDArray[np.float64]
Spectra = NDArray[np.float32]
Rows = NDArray[np.int32]
Places = NDArray[np.int64]

AT_ONCE = 6
"""Spectra that `_advance` takes together."""

NOTHING_LEFT = 1e-10
"""A covariance this small, against its start, is rounding."""


class Judged(NamedTuple):
    """The library, and the farm's soils that judge it; `rebuilds` chooses the score."""

    spectra: Spectra
    values: Array
    farm_spectra: Array
    farm_values: Array
    rebuilds: bool


class Fit(NamedTuple):
    """Working memory of one fit.

    Attributes:
        values: The draw's values about their mean [soil].
        scores: Of the current component [soil], its length not taken out.
        centre: The draw's mean spectrum [band].
        directions: The components' directions, and one more [component, band].
        diagonal: Of the bidiagonal matrix [component].
        beside: Beside the diagonal: what a direction shares with the one before.
        slopes: Of the values on each component's scores.
    """

    values: Array
    scores: Array
    centre: Array
    directions: Array
    diagonal: Array
    beside: Array
    slopes: Array


@compiled_sums
def score_draws(
    judged: Judged,
    drawn: tuple[Rows, Places],
    span: tuple[int, int],
    components: int,
    errors: Array,
) -> None:
    """Write the error of each draw of `span` into `errors`."""
    rows, starts = drawn
    first, last = span
    bands, longest = judged.spectra.shape[1], 0
    for draw in range(first, last):
        longest = max(longest, starts[draw + 1] - starts[draw])
    fit = Fit(
        np.empty(longest),
        np.empty(longest),
        np.empty(bands),
        np.empty((components + 1, bands)),
        np.empty(components),
        np.zeros(components + 1),
        np.empty(components),
    )
    for draw in range(first, last):
        following = min(draw + 1, last - 1)
        own = rows[starts[draw] : starts[draw + 1]]
        ahead = rows[starts[following] : starts[following + 1]]
        level, count = _fit(judged, own, ahead, fit)
        if judged.rebuilds:
            errors[draw] = _rebuilding_error(judged, fit, count)
        else:
            errors[draw] = _response_error(judged, fit, count, level)


@compiled_sums
def _fit(judged: Judged, own: Rows, ahead: Rows, fit: Fit) -> tuple[float, int]:
    """Fit one draw; return the mean of its values and how many components it holds.

    The direction after the last component is left at its length beside the diagonal.
    """
    components, level = fit.diagonal.size, _centre_values(judged.values, own, fit)
    length = _begin(judged.spectra, own, fit)
    enough, left, back = NOTHING_LEFT * length, length, 0.0
    for count in range(components):
        if not left > enough:
            return level, count
        direction, following = fit.directions[count], fit.directions[count + 1]
        _scale(direction, 1 / length)
        following[:] = 0.0
        is_needed = judged.rebuilds or count + 1 < components
        upto = ahead.size * (count + 1) // components
        fetched = ahead[ahead.size * count // components : upto]
        _advance(judged.spectra, (own, fetched), (count, back, is_needed), fit)
        scores = fit.scores[: own.size]
        size = math.sqrt(_dot(scores, scores))
        fit.diagonal[count], fit.slopes[count] = size, _dot(fit.values, scores) / size
        if is_needed:
            _add(following, fit.centre, -scores.sum())
            _scale(following, 1 / size)
            _add(following, direction, -size)
            for before in range(count + 1):
                earlier = fit.directions[before]
                _add(following, earlier, -_dot(earlier, following))
            length = math.sqrt(_dot(following, following))
            fit.beside[count + 1] = length
            left, back = length * abs(fit.slopes[count]), length / size
    return level, components


@compiled_sums
def _centre_values(values: Array, own: Rows, fit: Fit) -> float:
    """Put the draw's values about their mean, and return it."""
    level = 0.0
    for at in range(own.size):
        level += values[own[at]]
    level /= own.size
    for at in range(own.size):
        fit.values[at] = values[own[at]] - level
        fit.scores[at] = 0.0
    return level


@compiled_sums
def _begin(spectra: Spectra, own: Rows, fit: Fit) -> float:
    """Leave the mean spectrum and the covariance; return the latter's length."""
    centre, both, values = fit.centre, fit.directions[0], fit.values
    centre[:] = 0.0
    both[:] = 0.0
    fours = own.size // 4 * 4
    for at in range(0, fours, 4):
        one, two = spectra[own[at]], spectra[own[at + 1]]
        three, four = spectra[own[at + 2]], spectra[own[at + 3]]
        y_one, y_two, y_three, y_four = values[at : at + 4]
        for band in range(centre.size):
            a, b = np.float64(one[band]), np.float64(two[band])
            c, d = np.float64(three[band]), np.float64(four[band])
            centre[band] += (a + b) + (c + d)
            both[band] += y_one * a + y_two * b + y_three * c + y_four * d
    for at in range(fours, own.size):
        _add(centre, spectra[own[at]], 1.0)
        _add(both, spectra[own[at]], values[at])
    _scale(centre, 1 / own.size)
    return math.sqrt(_dot(both, both))


@compiled_sums
def _advance(
    spectra: Spectra,
    own_and_ahead: tuple[Rows, Rows],
    step: tuple[int, float, bool],
    fit: Fit,
) -> None:
    """Compute a component's scores and add their products with the spectra.

    Both loops stand here in full: as functions of their own they are slower by a tenth.
    """
    own, ahead = own_and_ahead
    count, back, is_needed = step
    direction, following = fit.directions[count], fit.directions[count + 1]
    scores, level = fit.scores, _dot(direction, fit.centre)
    whole = own.size // AT_ONCE * AT_ONCE
    for at in range(0, whole, AT_ONCE):
        if at // AT_ONCE < ahead.size:
            _fetch(spectra, ahead[at // AT_ONCE])
        one, two, three = spectra[own[at]], spectra[own[at + 1]], spectra[own[at + 2]]
        four, five = spectra[own[at + 3]], spectra[own[at + 4]]
        six = spectra[own[at + 5]]
        a, b, c, d, e, f = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for band in range(direction.size):
            weight = direction[band]
            a += one[band] * weight
            b += two[band] * weight
            c += three[band] * weight
            d += four[band] * weight
            e += five[band] * weight
            f += six[band] * weight
        a, b = a - level - back * scores[at], b - level - back * scores[at + 1]
        c, d = c - level - back * scores[at + 2], d - level - back * scores[at + 3]
        e, f = e - level - back * scores[at + 4], f - level - back * scores[at + 5]
        scores[at], scores[at + 1], scores[at + 2] = a, b, c
        scores[at + 3], scores[at + 4], scores[at + 5] = d, e, f
        if is_needed:
            for band in range(direction.size):
                following[band] += (
                    (a * one[band] + b * two[band])
                    + (c * three[band] + d * four[band])
                    + (e * five[band] + f * six[band])
                )
    for at in range(whole, own.size):
        row = spectra[own[at]]
        scores[at] = _dot(row, direction) - level - back * scores[at]
        _add(following, row, scores[at])


@compiled
def _fetch(spectra: Spectra, row: np.int32) -> None:
    """Ask for one spectrum."""
    for band in range(0, spectra.shape[1], LINE_VALUES):
        prefetch(spectra, np.int64(row), np.int64(band))


@compiled_sums
def _response_error(judged: Judged, fit: Fit, count: int, level: float) -> float:
    """Return the root mean square error of the farm's predictions."""
    bands, soils = fit.centre.size, judged.farm_values.size
    rotation, slopes = np.zeros(bands), np.zeros(bands)
    for at in range(count):
        _scale(rotation, -fit.beside[at] / fit.diagonal[at])
        _add(rotation, fit.directions[at], 1 / fit.diagonal[at])
        _add(slopes, rotation, fit.slopes[at])
    squares, offset = 0.0, level - _dot(slopes, fit.centre)
    for soil in range(soils):
        told = _dot(judged.farm_spectra[soil], slopes) + offset
        squares += (told - judged.farm_values[soil]) ** 2
    return math.sqrt(squares / soils)


@compiled_sums
def _rebuilding_error(judged: Judged, fit: Fit, count: int) -> float:
    """Return the root mean square of what the components leave of the farm's spectra.

    With X V = U B, the scores of x are x V / B, and the loadings are B V' with what the
    last component shares with the direction after it.
    """
    soils, bands = judged.farm_spectra.shape
    rest, squares = np.empty(bands), 0.0
    for soil in range(soils):
        for band in range(bands):
            rest[band] = judged.farm_spectra[soil, band] - fit.centre[band]
        score = 0.0
        for at in range(count):
            share = _dot(rest, fit.directions[at])
            score = (share - fit.beside[at] * score) / fit.diagonal[at]
            _add(rest, fit.directions[at], -share)
        if count:
            _add(rest, fit.directions[count], -score)
        squares += _dot(rest, rest)
    return math.sqrt(squares / (soils * bands))


@compiled_sums
def _dot(one: Array, other: Array) -> float:
    total = 0.0
    for at in range(other.size):
        total += one[at] * other[at]
    return total


@compiled_sums
def _add(target: Array, other: Array, factor: float) -> None:
    for at in range(target.size):
        target[at] += factor * other[at]


@compiled_sums
def _scale(target: Array, factor: float) -> None:
    for at in range(target.size):
        target[at] *= factor
