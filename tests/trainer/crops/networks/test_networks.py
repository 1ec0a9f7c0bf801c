"""Every network takes the same three arrays, and looks at nothing that was not seen."""

import numpy as np
import pytest
import torch
from torch import Tensor

from protocols.season_grid import Channel, SeasonGrid
from trainer.crops.networks.crop_recipes import (
    CROP_RECIPES,
    AttentionRecipe,
    CropRecipe,
    PublishedRecipe,
    build_network,
    crop_recipe_from_json,
    crop_recipe_named,
)
from trainer.crops.networks.gated_recurrence import gaps_after, gaps_before
from trainer.crops.networks.series_network import NetworkEnsemble, SeriesNetwork
from trainer.crops.networks.spectral_indices import SpectralIndices
from trainer.errors import CalibrationError

BANDS = ("S2-B04", "S2-B08", "S2-B11", "S1-VH", "S1-VV", "temperature")
STEPS, CLASSES, PLACES = 12, 5, 4
MASKED = ("attention", "recurrent")


def grid(steps: int = STEPS, channels: tuple[str, ...] = BANDS) -> SeasonGrid:
    named = tuple(Channel(name=one, unit="1") for one in channels)
    return SeasonGrid(first_day=60, bucket_days=10, steps=steps, channels=named)


def season(seen: float = 0.6) -> tuple[Tensor, Tensor, Tensor]:
    torch.manual_seed(1)
    mask = (torch.rand(PLACES, STEPS, 1) < seen).float().expand(-1, -1, len(BANDS))
    series = torch.rand(PLACES, STEPS, len(BANDS)) * mask
    days = 60 + 10 * torch.arange(float(STEPS)) + 9 * torch.rand(PLACES, STEPS)
    return series, days, mask.clone()


def network_named(name: str) -> SeriesNetwork:
    torch.manual_seed(2)
    return build_network(crop_recipe_named(name), grid(), CLASSES).eval()


def weights_of(recipe: CropRecipe, steps: int, channels: int, classes: int) -> int:
    names = tuple(f"band-{at}" for at in range(channels))
    network = build_network(recipe, grid(steps, names), classes)
    return sum(weight.numel() for weight in network.parameters())


def test_the_toy_has_the_349_weights_of_the_slide() -> None:
    toy = PublishedRecipe(name="toy", size="toy")

    assert weights_of(toy, steps=20, channels=12, classes=6) == 349


def test_the_scripts_network_has_its_published_layers() -> None:
    script = PublishedRecipe(name="script", size="script")
    windows = (12 * 5 + 1) * 64 + (64 * 5 + 1) * 64
    dense = (64 * ((25 - 8) // 2) + 1) * 50 + (50 + 1) * 7

    assert weights_of(script, steps=25, channels=12, classes=7) == windows + dense


@pytest.mark.parametrize("name", sorted(CROP_RECIPES))
def test_a_network_tells_logits_and_the_embedding_it_told_them_from(name: str) -> None:
    network = network_named(name)

    logits, embedding = network(*season())

    assert logits.shape == (PLACES, CLASSES)
    assert embedding.shape == (PLACES, network.embedded)
    assert torch.isfinite(logits).all()


@pytest.mark.parametrize("name", sorted(CROP_RECIPES))
def test_a_series_of_which_nothing_was_seen_gets_a_finite_answer(name: str) -> None:
    series, days, mask = season()

    logits, _ = network_named(name)(series * 0, days, mask * 0)

    assert torch.isfinite(logits).all()


@pytest.mark.parametrize("name", MASKED)
def test_the_day_of_a_step_that_was_not_seen_changes_nothing(name: str) -> None:
    network, (series, days, mask) = network_named(name), season()
    unseen = mask.amax(dim=2) == 0
    moved = torch.where(unseen, days + 300.0, days)

    with torch.no_grad():
        told, after = network(series, days, mask)[0], network(series, moved, mask)[0]

    assert unseen.any()
    assert torch.allclose(told, after, atol=1e-6)


@pytest.mark.parametrize("name", MASKED)
def test_empty_steps_in_between_change_nothing(name: str) -> None:
    """A gap is the days that passed, not the number of empty buckets in it."""
    recipe, (series, days, mask) = crop_recipe_named(name), season(seen=1.0)
    torch.manual_seed(2)
    network = build_network(recipe, grid(), CLASSES).eval()
    order = torch.arange(STEPS).repeat_interleave(2)
    empty = torch.arange(2 * STEPS) % 2
    seen = (1 - empty).float()[None, :, None]

    with torch.no_grad():
        told = network(series, days, mask)[0]
        wider = network(series[:, order] * seen, days[:, order], mask[:, order] * seen)

    assert torch.allclose(told, wider[0], atol=1e-5)


@pytest.mark.parametrize("name", MASKED)
def test_the_day_on_which_something_was_seen_matters(name: str) -> None:
    network, (series, days, mask) = network_named(name), season()

    with torch.no_grad():
        told, later = (
            network(series, days, mask)[0],
            network(series, days + 20, mask)[0],
        )

    assert not torch.allclose(told, later, atol=1e-4)


def test_the_published_network_cannot_tell_zero_from_unseen() -> None:
    network, (series, days, mask) = network_named("published"), season()
    network.scaling.mean.zero_()

    with torch.no_grad():
        told, blind = (
            network(series, days, mask)[0],
            network(series, days, mask * 0 + 1)[0],
        )

    assert torch.allclose(told, blind)


def test_gaps_are_the_days_since_something_was_seen() -> None:
    days = torch.tensor([[10.0, 25.0, 40.0, 100.0]])
    seen = torch.tensor([[1.0, 0.0, 1.0, 1.0]])

    before, after = gaps_before(days, seen) * 60, gaps_after(days, seen) * 60

    assert before.round().tolist() == [[60, 15, 30, 60]]
    assert after.round().tolist() == [[30, 15, 60, 60]]


def test_indices_are_missing_where_a_band_is_and_never_divide_by_zero() -> None:
    indices = SpectralIndices(["S2-B04", "S2-B08"])
    series = torch.tensor([[[0.1, 0.5], [0.0, 0.5], [0.0, 0.0]]])
    mask = torch.tensor([[[1.0, 1.0], [0.0, 1.0], [1.0, 1.0]]])

    told, seen = indices(series, mask)

    assert indices.names == ("S2-B04", "S2-B08", "S2-B08:S2-B04")
    np.testing.assert_allclose(told[0, :, 2], [0.4 / 0.6, 0.0, 0.0], atol=1e-6)
    assert seen[0, :, 2].tolist() == [1, 0, 1]


def test_scaling_is_learned_from_what_was_seen_alone() -> None:
    network, (series, days, mask) = network_named("attention"), season()
    del days
    network.scaling.learn(
        network.indices, [(series[:2], mask[:2]), (series[2:], mask[2:])]
    )

    seen = series[..., 0][mask[..., 0] == 1]

    assert network.scaling.mean[0] == pytest.approx(float(seen.mean()), abs=1e-5)
    assert network.scaling.deviation[0] == pytest.approx(
        float(seen.std(correction=0)), abs=1e-5
    )


def test_an_ensemble_tells_the_mean_probability_of_its_members() -> None:
    members = [network_named(name) for name in MASKED]
    given = season()

    with torch.no_grad():
        logits, embedding = NetworkEnsemble(members)(*given)
        shares = [torch.softmax(one(*given)[0], dim=1) for one in members]

    expected = torch.stack(shares).mean(dim=0)
    assert torch.allclose(torch.softmax(logits, dim=1), expected, atol=1e-6)
    assert embedding.shape[1] == sum(one.embedded for one in members)


def test_a_network_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(CalibrationError, match="attention, recurrent"):
        crop_recipe_named("transformer")


def test_a_season_too_short_for_published_windows_is_refused() -> None:
    with pytest.raises(CalibrationError, match="shorter buckets"):
        build_network(crop_recipe_named("published"), grid(steps=6), CLASSES)


def test_a_width_that_heads_cannot_share_is_refused() -> None:
    with pytest.raises(CalibrationError, match="divide, found 30"):
        AttentionRecipe(name="odd", width=30, heads=4)


def test_a_recipe_with_an_unknown_kind_is_refused() -> None:
    with pytest.raises(CalibrationError, match="recipe of a network for crops"):
        crop_recipe_from_json(b'{"type": "forest", "name": "x"}')
