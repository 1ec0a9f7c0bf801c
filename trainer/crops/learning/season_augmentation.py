"""What is changed at random whenever a series is learned from, on the device.

What is taken away becomes unseen: its mask is zero, and so is its number. All that is
drawn comes from torch's own generators, which a checkpoint keeps.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from protocols.season_grid import Channel
from trainer.crops.learning.learning_settings import Augmentation

APART = 0.5
"""Of the series, those whose sensors are hidden apart."""
FEWEST_LEFT = 0.25
"""Of the season's length that a series cut at random keeps at least."""

Season = tuple[Tensor, Tensor, Tensor]
"""Series, days and mask."""


def augmented(
    season: Season,
    told: Augmentation,
    deviation: Float[Tensor, " channel"],
    sensors: Int[Tensor, " channel"],
) -> Season:
    """Return the series with noise, without some looks, some without their end."""
    series, days, mask = season
    mask = mask * _kept(mask, told.removed, sensors)
    mask = mask * _before_a_cut(days, told.cut).unsqueeze(2)
    if told.jitter:
        each = torch.randn_like(series) + torch.randn_like(series[:, :1])
        series = series + told.jitter * deviation * each
    return series * mask, days, mask


def sensors_of(channels: Sequence[Channel]) -> Int[Tensor, " channel"]:
    """Return which sensor sees each channel: what stands before the hyphen.

    Clouds hide Sentinel-2 and let Sentinel-1 look. Channels without a hyphen, such as
    the weather's, are one sensor.
    """
    names = [one.name.partition("-") for one in channels]
    told = [first if hyphen else "" for first, hyphen, _ in names]
    order = sorted(set(told))
    return torch.tensor([order.index(one) for one in told])


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


def _kept(
    mask: Float[Tensor, "place step channel"],
    share: float,
    sensors: Int[Tensor, " channel"],
) -> Float[Tensor, "place step channel"]:
    """Return 1 for what stays: steps of half the places, looks of a sensor elsewhere.

    Each place loses another share, up to twice the one asked for.
    """
    places, steps = mask.shape[0], mask.shape[1]
    each = 2 * share * torch.rand(places, 1, 1, device=mask.device)
    count = int(sensors.max()) + 1
    drawn = torch.rand(places, steps, count, device=mask.device)
    is_apart = torch.rand(places, 1, 1, device=mask.device) < APART
    drawn = torch.where(is_apart, drawn, drawn[:, :, :1])
    return (drawn >= each).float()[:, :, sensors]


def _before_a_cut(
    days: Float[Tensor, "place step"], share: float
) -> Float[Tensor, "place step"]:
    """Return 1 for the steps up to a random day, for a share of the places."""
    first, last = days.amin(dim=1, keepdim=True), days.amax(dim=1, keepdim=True)
    is_cut = (torch.rand_like(first) < share).float()
    kept = FEWEST_LEFT + (1 - FEWEST_LEFT) * torch.rand_like(first)
    until = first + kept * (last - first)
    return 1 - is_cut * (days > until).float()
