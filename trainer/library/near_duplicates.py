"""Scans that are of the same soil: copied, repeated, or listed by two libraries.

First derivatives of standard normal variates forget brightness and offset. Whitened on
the library's main components, two soils of one field still differ by about as much as
any two; a repeated scan lies a hundred times nearer. All pairs are looked at, tile by
tile, so that memory grows with the number of soils and not with its square.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from trainer.library.principal_scores import principal_scores

LEAST_DISTANCE = 0.01
"""Squared distance of distinct soils over the product of their lengths. In eleven real
sets, rescans with a part in a thousand of noise stay below it where the instrument is
good; distinct soils of one field are above 0.05 in all but a few pairs."""

COMPONENTS = 20
SOILS_A_COMPONENT = 5
BANDS = 128
ROWS_A_BLOCK = 4096
ROWS_A_TILE = 512
COLUMNS_A_TILE = 8192
FEWEST_SOILS = 10


def same_soils(spectra: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return one number a soil of `spectra` [soil, band]; equal numbers, same soil."""
    count = len(spectra)
    labels = joined(np.arange(count, dtype=np.intp), *_copies(spectra))
    if count < FEWEST_SOILS:
        return labels
    points = _whitened(_derivatives(spectra))
    for start in range(0, count, ROWS_A_TILE):
        for first in range(start, count, COLUMNS_A_TILE):
            labels = joined(labels, *_near(points, start, first))
    return labels


def joined(
    labels: NDArray[np.intp], left: NDArray[np.intp], right: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return the labels after each of `left` and its one of `right` became one."""
    if left.size == 0:
        return labels
    count = len(labels)
    links = coo_array(
        (np.ones(left.size, np.int8), (labels[left], labels[right])), (count, count)
    )
    merged: NDArray[np.intp] = connected_components(links, directed=False)[1]
    return merged.astype(np.intp)[labels]


def _copies(
    spectra: NDArray[np.float32],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows that repeat an earlier row to the last digit, and that row."""
    seen: dict[bytes, int] = {}
    digests = (hashlib.blake2b(row.tobytes(), digest_size=16) for row in spectra)
    found = [seen.setdefault(one.digest(), row) for row, one in enumerate(digests)]
    first = np.array(found, dtype=np.intp)
    repeated = np.flatnonzero(first != np.arange(len(spectra)))
    return repeated, first[repeated]


def _derivatives(spectra: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the first derivatives [soil, band] of coarse standard normal variates."""
    width = max(1, spectra.shape[1] // BANDS)
    used = spectra.shape[1] // width * width
    found = np.empty((len(spectra), used // width - 1), np.float32)
    for start in range(0, len(spectra), ROWS_A_BLOCK):
        block = spectra[start : start + ROWS_A_BLOCK, :used].astype(np.float64)
        coarse = block.reshape(len(block), -1, width).mean(axis=2)
        centred = coarse - coarse.mean(axis=1, keepdims=True)
        spread = centred.std(axis=1, keepdims=True) + np.finfo(np.float64).tiny
        found[start : start + ROWS_A_BLOCK] = np.diff(centred / spread, axis=1)
    return found


def _whitened(derivatives: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return main components [soil, component], each of about the same spread.

    The spread is a median's, so that a few odd scans do not shrink all the others.
    """
    components = min(COMPONENTS, len(derivatives) // SOILS_A_COMPONENT)
    scores = principal_scores(derivatives, components)
    centred = scores - np.median(scores, axis=0)
    spread = np.median(np.abs(centred), axis=0)
    return (centred / np.where(spread > 0, spread, 1.0)).astype(np.float32)


def _near(
    points: NDArray[np.float32], start: int, first: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs of one tile that are nearer than distinct soils are."""
    rows = points[start : start + ROWS_A_TILE]
    columns = points[first : first + COLUMNS_A_TILE]
    down = np.square(rows).sum(axis=1)[:, np.newaxis]
    across = np.square(columns).sum(axis=1)
    distance = down + across - 2 * rows @ columns.T
    left, right = np.nonzero(distance < LEAST_DISTANCE * np.sqrt(down * across))
    left, right = left + start, right + first
    later = right > left
    return left[later], right[later]
