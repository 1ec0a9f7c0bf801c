"""What is changed at random whenever a series is learned from, on the device.

What is taken away becomes unseen: its mask is zero, and so is its number. All that is
drawn comes from torch's own generators, which a checkpoint keeps.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from trainer.crops.learning.learning_settings import Augmentation

FEWEST_LEFT = 0.25
"""Of the season's length that a series cut at random keeps at least."""

Season = tuple[Tensor, Tensor, Tensor]
"""Series, days and mask."""


def augmented(
    season: Season, told: Augmentation, deviation: Float[Tensor, " channel"]
) -> Season:
    """Return the series with noise, without some steps, some without their end."""
    series, days, mask = season
    seen = _removed(mask, told.removed) * _before_a_cut(days, told.cut)
    mask = mask * seen.unsqueeze(2)
    if told.jitter:
        each = torch.randn_like(series) + torch.randn_like(series[:, :1])
        series = series + told.jitter * deviation * each
    return series * mask, days, mask


def random_windows(season: Season, steps: int) -> Season:
    """Return a random stretch of buckets of each series."""
    series = season[0]
    places, longest = series.shape[0], series.shape[1]
    starts = torch.randint(0, longest - steps + 1, (places,), device=series.device)
    return windows_at(season, starts, steps)


def spread_windows(season: Season, rows: Int[Tensor, " place"], steps: int) -> Season:
    """Return a stretch of buckets that depends on the row alone, spread over all."""
    longest = season[0].shape[1]
    return windows_at(season, (rows * SPREAD) % (longest - steps + 1), steps)


SPREAD = 7919
"""A prime: neighbouring rows get stretches far apart."""


def windows_at(season: Season, starts: Int[Tensor, " place"], steps: int) -> Season:
    """Return `steps` buckets of each series from where it starts."""
    series, days, mask = season
    places = torch.arange(len(starts), device=starts.device)[:, None]
    at = starts[:, None] + torch.arange(steps, device=starts.device)
    return series[places, at], days[places, at], mask[places, at]


def _removed(
    mask: Float[Tensor, "place step channel"], share: float
) -> Float[Tensor, "place step"]:
    """Return 1 for the steps that stay."""
    places, steps = mask.shape[0], mask.shape[1]
    each = 2 * share * torch.rand(places, 1, device=mask.device)
    return (torch.rand(places, steps, device=mask.device) >= each).float()


def _before_a_cut(
    days: Float[Tensor, "place step"], share: float
) -> Float[Tensor, "place step"]:
    """Return 1 for the steps up to a random day, for a share of the places."""
    first, last = days.amin(dim=1, keepdim=True), days.amax(dim=1, keepdim=True)
    is_cut = (torch.rand_like(first) < share).float()
    kept = FEWEST_LEFT + (1 - FEWEST_LEFT) * torch.rand_like(first)
    until = first + kept * (last - first)
    return 1 - is_cut * (days > until).float()
