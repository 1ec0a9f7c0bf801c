"""Scoring in batches of torch tensors, for graphics cards.

The same bidiagonalisation as in `compiled_scoring`, for many draws at once and in
double precision; errors agree to about ten digits. On a processor it is the slower way.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainer.localisation.rs_local.search_soils import SearchSoils
from trainer.localisation.rs_local.selection_settings import SelectionSettings
from trainer.localisation.rs_local.soil_draws import SoilDraws

NOTHING_LEFT = 1e-10
"""As in `compiled_scoring`."""

VALUES_AT_ONCE = 2**27
"""A gibibyte of gathered spectra on a graphics card."""

VALUES_AT_ONCE_ON_CPU = 2**19


@dataclass
class _Fits:
    """Fits of many draws as they grow; what pads a draw is zero throughout.

    Attributes:
        spectra: About each draw's mean [draw, soil, band].
        values: About each draw's mean [draw, soil].
        centre: Mean spectra [draw, band].
        level: Mean values [draw].
        following: The next direction, not yet of unit length [draw, band].
        enough: A covariance below this is rounding [draw].
        left: The covariance that is left [draw].
        scores: Of the last component, of unit length [draw, soil].
        steps: The components so far; zero where a draw holds no more.
    """

    spectra: Tensor
    values: Tensor
    centre: Tensor
    level: Tensor
    following: Tensor
    enough: Tensor
    left: Tensor
    scores: Tensor
    steps: list["_Step"]


@dataclass(frozen=True, eq=False)
class _Step:
    """One component of many fits.

    Attributes:
        direction: Of unit length, or zero [draw, band].
        beside: What the direction shares with the one before [draw, 1].
        inverse: One over the scores' length, or zero [draw, 1].
        slope: Of the values on the scores [draw, 1].
    """

    direction: Tensor
    beside: Tensor
    inverse: Tensor
    slope: Tensor


class TorchScorer:
    """Scores draws in batches on one device."""

    def __init__(
        self, soils: SearchSoils, settings: SelectionSettings, device: torch.device
    ) -> None:
        """Put library and farm on the device."""
        self._spectra = torch.from_numpy(soils.spectra).to(device)
        self._values = torch.from_numpy(soils.values).to(device)
        self._farm_spectra = torch.from_numpy(soils.farm_spectra).to(device)
        self._farm_values = torch.from_numpy(soils.farm_values).to(device)
        self._components = min(settings.components, soils.spectra.shape[1])
        self._rebuilds = settings.score == "reconstruction"
        self._device = device

    def __call__(
        self, draws: SoilDraws, scored: Callable[[int], None]
    ) -> NDArray[np.float64]:
        """Return one error a draw."""
        longest = int(np.diff(draws.starts).max())
        room = VALUES_AT_ONCE_ON_CPU if self._device.type == "cpu" else VALUES_AT_ONCE
        size = max(1, room // (longest * self._spectra.shape[1]))
        found = list[Tensor]()
        for first in range(0, len(draws), size):
            last = min(first + size, len(draws))
            found.append(self._score(draws, (first, last), longest))
            scored(last - first)
        errors: NDArray[np.float64] = torch.cat(found).cpu().numpy()
        return errors

    def _score(self, draws: SoilDraws, span: tuple[int, int], longest: int) -> Tensor:
        fits = self._begin(*_padded(draws, span, longest))
        for _ in range(self._components):
            _advance(fits)
        return self._rebuilding(fits) if self._rebuilds else self._response(fits)

    def _begin(self, rows: NDArray[np.int64], held: NDArray[np.bool_]) -> _Fits:
        """Gather draws and centre them; what is padded stays zero."""
        at = torch.from_numpy(rows).to(self._device)
        share = torch.from_numpy(held).to(self._device, torch.float64)
        count = share.sum(dim=1)
        gathered = self._spectra[at].to(torch.float64) * share[..., None]
        values = self._values[at] * share
        centre = gathered.sum(dim=1) / count[:, None]
        level = values.sum(dim=1) / count
        spectra = (gathered - centre[:, None]) * share[..., None]
        values = (values - level[:, None]) * share
        start = torch.einsum("dsb,ds->db", spectra, values)
        length = torch.linalg.vector_norm(start, dim=1)
        none = torch.zeros_like(values)
        enough = NOTHING_LEFT * length
        return _Fits(spectra, values, centre, level, start, enough, length, none, [])

    def _response(self, fits: _Fits) -> Tensor:
        rotation = torch.zeros_like(fits.centre)
        slopes = torch.zeros_like(fits.centre)
        for step in fits.steps:
            rotation = (step.direction - step.beside * rotation) * step.inverse
            slopes = slopes + step.slope * rotation
        offset = fits.level - (slopes * fits.centre).sum(dim=1)
        told = slopes @ self._farm_spectra.T + offset[:, None]
        return (told - self._farm_values).square().mean(dim=1).sqrt()

    def _rebuilding(self, fits: _Fits) -> Tensor:
        rest = self._farm_spectra - fits.centre[:, None]
        score = torch.zeros_like(rest[..., 0])
        for step in fits.steps:
            share = torch.einsum("dsb,db->ds", rest, step.direction)
            told = (share - step.beside * score) * step.inverse
            score = torch.where(step.inverse > 0, told, score)
            rest = rest - share[..., None] * step.direction[:, None]
        rest = rest - score[..., None] * fits.following[:, None]
        return rest.square().mean(dim=(1, 2)).sqrt()


def _advance(fits: _Fits) -> None:
    """Add one component to every fit that holds one more."""
    grows = (fits.left > fits.enough)[:, None]
    length = torch.linalg.vector_norm(fits.following, dim=1, keepdim=True)
    direction = torch.where(grows, fits.following / length, 0.0)
    beside = torch.where(grows, length, 0.0) if fits.steps else torch.zeros_like(length)
    scores = torch.einsum("dsb,db->ds", fits.spectra, direction) - beside * fits.scores
    size = torch.linalg.vector_norm(scores, dim=1, keepdim=True)
    inverse = torch.where(grows, 1 / size, 0.0)
    scores = scores * inverse
    slope = (scores * fits.values).sum(dim=1, keepdim=True)
    fits.steps.append(_Step(direction, beside, inverse, slope))
    following = torch.einsum("dsb,ds->db", fits.spectra, scores) - size * direction
    for step in fits.steps:
        shared = (step.direction * following).sum(dim=1, keepdim=True)
        following = following - shared * step.direction
    fits.following = torch.where(grows, following, fits.following)
    fits.scores = scores
    growth = torch.linalg.vector_norm(following, dim=1) * slope[:, 0].abs()
    fits.left = torch.where(grows[:, 0], growth, 0.0)


def _padded(
    draws: SoilDraws, span: tuple[int, int], longest: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the rows of some draws [draw, soil], and which of them are held."""
    first, last = span
    starts = draws.starts[first:last, np.newaxis]
    places = starts + np.arange(longest)
    held = places < draws.starts[first + 1 : last + 1, np.newaxis]
    return draws.rows[np.where(held, places, starts)].astype(np.int64), held
