"""Training learns, stops by itself, and goes on as if it had never been stopped."""

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
from trainer.errors import CalibrationError
from trainer.training.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from trainer.training.train_network import train_network
from trainer.training.training_data import (
    DeviceRows,
    shuffled_batches,
    training_parts,
)
from trainer.training.training_settings import TrainingSettings, Weighting

NEVER = 10**9
BATCHES_AN_EPOCH = 5


def ended_run(
    batches: int = NEVER,
    weighting: Weighting = "equal",
    start: Checkpoint | None = None,
) -> Checkpoint:
    watch = StopAfter(batches)
    train_network(small_plan(weighting=weighting), small_soils(), watch, start)
    assert watch.checkpoint is not None
    return watch.checkpoint


@pytest.mark.parametrize("weighting", ["equal", "uncertainty", "dynamic-average"])
@pytest.mark.parametrize("batches", [1, 8, 2 * BATCHES_AN_EPOCH])
def test_an_interrupted_run_resumes_bit_for_bit(
    batches: int, weighting: Weighting, tmp_path: Path
) -> None:
    whole = ended_run(weighting=weighting)

    write_checkpoint(ended_run(batches, weighting), tmp_path / "checkpoint.pt")
    torch.rand(7)  # whatever else the program drew in between
    resumed = ended_run(
        weighting=weighting, start=read_checkpoint(tmp_path / "checkpoint.pt")
    )

    assert whole.standing.epoch == 6
    assert_equal_states(vars(resumed), vars(whole))


def test_a_network_learns_both_targets_though_values_are_missing() -> None:
    watch = StopAfter(NEVER)

    trained = train_network(small_plan(epochs=40, patience=39), small_soils(), watch)

    assert max(watch.figures[trained.standing.best_epoch].validation) < 0.5
    assert trained.is_finished


def test_training_stops_when_patience_runs_out_and_returns_the_best_weights() -> None:
    watch = StopAfter(NEVER)

    trained = train_network(small_plan(epochs=200, patience=4), small_soils(), watch)

    best = min(watch.figures, key=lambda figures: figures.score)
    assert best.epoch == trained.standing.best_epoch
    assert trained.standing.epoch == best.epoch + 5 < 200
    assert watch.checkpoint is not None
    assert_equal_states(dict(trained.network.state_dict()), dict(watch.checkpoint.best))


def test_a_patience_that_never_runs_out_is_refused() -> None:
    with pytest.raises(CalibrationError, match="below the 40 epochs"):
        TrainingSettings(epochs=40, patience=40)


def test_training_leaves_the_programs_random_numbers_alone() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)

    train_network(small_plan(epochs=2, patience=1), small_soils())

    assert torch.equal(torch.rand(3), expected)


def test_a_checkpoint_of_other_soils_is_refused() -> None:
    begun = ended_run(3)
    others = small_soils().take(np.arange(90))

    with pytest.raises(CalibrationError, match="without --resume"):
        train_network(small_plan(), others, start=begun)


def test_only_the_number_of_epochs_may_change_in_between() -> None:
    begun = ended_run(3)
    slower = msgspec.structs.replace(small_plan().settings, learning_rate=1e-4)
    other = msgspec.structs.replace(small_plan(), settings=slower)

    longer = train_network(small_plan(epochs=8), small_soils(), start=begun)

    assert longer.standing.epoch == 8
    with pytest.raises(CalibrationError, match="settings and seed"):
        train_network(other, small_soils(), start=begun)


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    write_checkpoint(ended_run(1), path)
    path.write_bytes(path.read_bytes()[:1000])

    with pytest.raises(CalibrationError, match="none that can be read"):
        read_checkpoint(path)


def test_groups_stay_whole_and_soils_without_values_are_left_out() -> None:
    soils = small_soils()
    values = soils.values.copy()
    values[:4] = np.nan

    parts = training_parts(replace(soils, values=values), 0.2, seed=1)

    assert set(parts.training.groups).isdisjoint(parts.validation.groups)
    assert len(parts.training) + len(parts.validation) == len(soils) - 4


def test_every_epoch_shows_every_soil_once_in_another_order() -> None:
    rows = DeviceRows(torch.zeros(33, 4), torch.zeros(33, 1), torch.device("cpu"))

    first, second = (
        torch.cat(shuffled_batches(rows, 8, seed=1, epoch=epoch)) for epoch in (0, 1)
    )

    assert first.sort().values.tolist() == list(range(33))
    assert first.tolist() != second.tolist()
    assert min(map(len, shuffled_batches(rows, 8, 1, 0))) > 1
