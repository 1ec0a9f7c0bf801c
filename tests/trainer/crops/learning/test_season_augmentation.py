"""What is taken away is unseen, and what is drawn can be drawn again."""

import torch

from protocols.season_grid import Channel
from trainer.crops.learning.learning_settings import Augmentation
from trainer.crops.learning.season_augmentation import (
    Season,
    augmented,
    random_windows,
    sensors_of,
    windows_at,
)

PLACES, STEPS, CHANNELS = 400, 20, 3
SENSORS = torch.tensor([1, 1, 0])


def season() -> Season:
    days = torch.arange(0.0, 200.0, 10.0).expand(PLACES, STEPS)
    return (
        torch.ones(PLACES, STEPS, CHANNELS),
        days,
        torch.ones(PLACES, STEPS, CHANNELS),
    )


def changed(removed: float = 0.0, cut: float = 0.0, jitter: float = 0.0) -> Season:
    torch.manual_seed(4)
    told = Augmentation(removed=removed, cut=cut, jitter=jitter)
    return augmented(season(), told, torch.full((CHANNELS,), 2.0), SENSORS)


def test_without_any_share_nothing_changes() -> None:
    series, days, mask = changed()

    assert torch.equal(series, season()[0])
    assert torch.equal(days, season()[1])
    assert torch.equal(mask, season()[2])


def test_the_share_asked_for_is_removed_of_days_or_of_sensors() -> None:
    series, _, mask = changed(removed=0.3)

    apart = (mask[..., 1] != mask[..., 2]).any(dim=1).float().mean()
    assert 0.25 < 1 - float(mask.mean()) < 0.35
    assert torch.equal(mask[..., 0], mask[..., 1])
    assert 0.35 < float(apart) < 0.65
    assert float(series[mask == 0].abs().sum()) == 0


def test_channels_of_one_sensor_share_what_stands_before_the_hyphen() -> None:
    names = ("S2-B04", "S1-VH", "temperature", "S2-B08", "precipitation")

    found = sensors_of([Channel(name=one, unit="1") for one in names])

    assert found.tolist() == [2, 1, 0, 2, 0]


def test_a_cut_series_keeps_its_beginning_and_loses_all_that_follows() -> None:
    _, _, mask = changed(cut=0.5)

    seen = mask[..., 0]
    is_cut = seen.sum(dim=1) < STEPS
    assert 0.35 < float(is_cut.float().mean()) < 0.65
    assert torch.equal(seen.cumprod(dim=1), seen)
    assert float(seen.sum(dim=1).min()) >= STEPS // 4


def test_noise_is_in_deviations_and_never_on_what_was_not_seen() -> None:
    series, _, mask = changed(jitter=0.1, removed=0.2)

    noise = (series - 1)[mask == 1]
    assert 0.2 < float(noise.std()) < 0.4
    assert float(series[mask == 0].abs().sum()) == 0


def test_the_same_generator_draws_the_same_changes() -> None:
    one, other = (
        changed(removed=0.2, cut=0.3, jitter=0.1),
        changed(removed=0.2, cut=0.3, jitter=0.1),
    )

    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_windows_keep_the_real_days_of_their_buckets() -> None:
    series, days, mask = windows_at(season(), torch.tensor([3] * PLACES), 5)

    assert days[0].tolist() == [30, 40, 50, 60, 70]
    assert series.shape == mask.shape == (PLACES, 5, CHANNELS)


def test_random_windows_begin_at_every_bucket_they_can() -> None:
    torch.manual_seed(0)

    _, days, _ = random_windows(season(), 12)

    assert sorted(set(days[:, 0].tolist())) == [10.0 * at for at in range(9)]
