"""Fine-tuning keeps what it froze, steps as told, and gives way to what it began with.

The small network has a convolution with dropout, a dense layer with batch
normalisation, and an output.
"""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from tests.trainer.training.small_run import (
    StopAfter,
    assert_equal_states,
    small_plan,
    small_soils,
)
from trainer.calibrations.calibration import Soils
from trainer.errors import CalibrationError
from trainer.networks.scaled_network import ScaledNetwork
from trainer.training.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from trainer.training.fine_tuning import FineTuning, learning_groups, weights_digest
from trainer.training.train_network import Beginning, TrainedNetwork, train_network
from trainer.training.training_settings import TrainingPlan

NEVER = 10**9
LIBRARY, FARM = np.arange(48), np.arange(48, 96)


@pytest.fixture(scope="module", name="pretrained")
def pretrained_network() -> ScaledNetwork:
    return train_network(small_plan(), small_soils().take(LIBRARY)).network


def farm_soils() -> Soils:
    return small_soils().take(FARM)


def tuning_plan(
    network: ScaledNetwork, *frozen: str, decay: float = 1.0
) -> TrainingPlan:
    told = FineTuning(weights=weights_digest(network), frozen=frozen, rate_decay=decay)
    return msgspec.structs.replace(small_plan(), fine_tuning=told)


def tuned(network: ScaledNetwork, *frozen: str, decay: float = 1.0) -> TrainedNetwork:
    plan = tuning_plan(network, *frozen, decay=decay)
    return train_network(plan, farm_soils(), beginning=Beginning(network))


def changed_by_tuning(network: ScaledNetwork, *frozen: str) -> set[str]:
    """Return what differs at the end of the last epoch, whether it helped or not."""
    watch, began = StopAfter(NEVER), network.state_dict()
    plan = tuning_plan(network, *frozen)
    train_network(plan, farm_soils(), watch, beginning=Beginning(network))
    assert watch.checkpoint is not None
    ended = watch.checkpoint.network
    return {name for name in began if not torch.equal(began[name], ended[name])}


def test_frozen_layers_and_scalings_do_not_change_by_a_bit(
    pretrained: ScaledNetwork,
) -> None:
    changed = changed_by_tuning(pretrained, "convolution", "dense-1")

    assert changed == {"core.8.weight", "core.8.bias"}


def test_without_frozen_layers_all_weights_learn_and_scalings_stay(
    pretrained: ScaledNetwork,
) -> None:
    changed = changed_by_tuning(pretrained)

    assert {name for name, _ in pretrained.named_parameters()} <= changed
    assert not any("spectrum" in name or "value" in name for name in changed)


def test_every_layer_learns_slower_than_the_one_after_it(
    pretrained: ScaledNetwork,
) -> None:
    told = FineTuning(weights="", frozen=(), rate_decay=0.25)

    groups = learning_groups(pretrained, told, rate=0.16)

    sizes = [sum(weight.numel() for weight in one["params"]) for one in groups]
    assert [one["lr"] for one in groups] == [0.16, 0.04, 0.01]
    assert sizes[0] == 2 * 8 + 2


def test_a_slower_layer_moves_less(pretrained: ScaledNetwork) -> None:
    def moved(decay: float) -> float:
        watch = StopAfter(1)
        plan = tuning_plan(pretrained, decay=decay)
        train_network(plan, farm_soils(), watch, beginning=Beginning(pretrained))
        assert watch.checkpoint is not None
        name = "core.1.weight"
        ended = watch.checkpoint.network[name]
        return float((ended - pretrained.state_dict()[name]).abs().max())

    assert moved(0.1) == pytest.approx(moved(1.0) / 100, rel=0.1)


@pytest.mark.parametrize("batches", [1, 4, 6])
def test_resumed_fine_tuning_equals_uninterrupted(
    pretrained: ScaledNetwork, batches: int, tmp_path: Path
) -> None:
    whole = ended_tuning(pretrained, NEVER, None)

    path = tmp_path / "checkpoint.pt"
    write_checkpoint(ended_tuning(pretrained, batches, None), path)
    torch.rand(7)  # whatever else the program drew in between
    resumed = ended_tuning(pretrained, NEVER, read_checkpoint(path))

    assert_equal_states(vars(resumed), vars(whole))


def ended_tuning(
    network: ScaledNetwork, batches: int, start: Checkpoint | None
) -> Checkpoint:
    watch = StopAfter(batches)
    plan = tuning_plan(network, "convolution", decay=0.5)
    train_network(plan, farm_soils(), watch, start, Beginning(network))
    assert watch.checkpoint is not None
    return watch.checkpoint


def test_the_pretrained_network_is_kept_where_fine_tuning_does_not_help(
    pretrained: ScaledNetwork,
) -> None:
    # These values are what the network already tells: no step can do better.
    soils = farm_soils()
    with torch.no_grad():
        told = pretrained(torch.from_numpy(soils.spectra)).double().numpy()
    plan = tuning_plan(pretrained, "convolution")

    trained = train_network(
        plan, replace(soils, values=told), beginning=Beginning(pretrained)
    )

    assert not trained.is_better_than_start
    assert weights_digest(trained.network) == weights_digest(pretrained)


def test_fine_tuning_that_helps_is_taken(pretrained: ScaledNetwork) -> None:
    trained = tuned(pretrained, "convolution")

    assert trained.is_better_than_start
    assert weights_digest(trained.network) != weights_digest(pretrained)


def test_other_weights_than_the_plan_names_are_refused(
    pretrained: ScaledNetwork,
) -> None:
    plan = tuning_plan(pretrained)
    other = tuned(pretrained).network

    with pytest.raises(CalibrationError, match="expected the weights"):
        train_network(plan, farm_soils(), beginning=Beginning(other))
    with pytest.raises(CalibrationError, match="found none"):
        train_network(plan, farm_soils())


def test_soils_of_other_targets_than_the_network_are_refused(
    pretrained: ScaledNetwork,
) -> None:
    soils = farm_soils()
    one = replace(soils, values=soils.values[:, :1], targets=soils.targets[:1])

    with pytest.raises(CalibrationError, match=r"102 bands and 2 targets.*and 1"):
        train_network(tuning_plan(pretrained), one, beginning=Beginning(pretrained))


def test_freezing_everything_is_refused(pretrained: ScaledNetwork) -> None:
    with pytest.raises(CalibrationError, match="expected a layer that learns"):
        tuned(pretrained, "convolution", "dense", "output")


def test_soils_that_only_teach_are_never_held_back(pretrained: ScaledNetwork) -> None:
    library, farm = small_soils().take(LIBRARY), farm_soils()

    alone = tuned(pretrained)
    both = train_network(
        tuning_plan(pretrained), farm, beginning=Beginning(pretrained, library)
    )

    assert len(both.parts.training) == len(alone.parts.training) + len(library)
    assert both.parts.validation.groups == alone.parts.validation.groups


def test_a_run_is_not_resumed_with_other_soils_to_teach(
    pretrained: ScaledNetwork,
) -> None:
    checkpoint = ended_tuning(pretrained, 3, None)
    plan = tuning_plan(pretrained, "convolution", decay=0.5)
    more = Beginning(pretrained, small_soils().take(LIBRARY))

    with pytest.raises(CalibrationError, match="that training began with"):
        train_network(plan, farm_soils(), start=checkpoint, beginning=more)
