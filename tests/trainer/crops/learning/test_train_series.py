"""Learning from series shares the one loop: it learns, stops, and can go on."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from tests.trainer.crops.learning.small_lesson import (
    TINY,
    small_lesson,
    small_plan,
    small_series,
)
from tests.trainer.training.small_run import StopAfter, assert_equal_states
from trainer.crops.learning.learning_settings import (
    Augmentation,
    LossRule,
    Robustness,
    SeriesSettings,
)
from trainer.crops.learning.series_parts import SeriesParts
from trainer.crops.learning.series_task import SeriesTask
from trainer.crops.learning.train_series import (
    SeriesLesson,
    TrainedSeries,
    digest_of,
    train_series,
    window_grid,
)
from trainer.crops.networks.crop_recipes import build_network
from trainer.errors import CalibrationError
from trainer.training.checkpoint import Checkpoint, read_checkpoint, write_checkpoint

NEVER = 10**9


def ended_run(batches: int = NEVER, start: Checkpoint | None = None) -> Checkpoint:
    watch = StopAfter(batches)
    train_series(small_plan(), small_lesson(), watch, start)
    assert watch.checkpoint is not None
    return watch.checkpoint


def share_told(trained: TrainedSeries) -> float:
    lesson = small_lesson()
    held = lesson.series.take(lesson.parts.validation)
    batch = held.batch(slice(None))
    with torch.no_grad():
        logits, _ = trained.network(
            torch.from_numpy(batch.values),
            torch.from_numpy(batch.days),
            torch.from_numpy(batch.mask.astype(np.float32)),
        )
    told = logits.numpy().argmax(axis=1)
    return float((told == held.places.labels).mean())


@pytest.mark.parametrize("batches", [1, 6, 8])
def test_an_interrupted_run_resumes_bit_for_bit(batches: int, tmp_path: Path) -> None:
    whole = ended_run()

    write_checkpoint(ended_run(batches), tmp_path / "checkpoint.pt")
    torch.rand(7)  # whatever else the program drew in between
    resumed = ended_run(start=read_checkpoint(tmp_path / "checkpoint.pt"))

    assert whole.standing.epoch == 4
    assert_equal_states(vars(resumed), vars(whole))


@pytest.mark.parametrize("kind", ["cross-entropy", "generalised"])
def test_a_network_learns_to_tell_made_crops(kind: Robustness) -> None:
    plan = small_plan(epochs=25, patience=24, loss=LossRule(kind=kind, exponent=0.3))

    trained = train_series(plan, small_lesson())

    assert share_told(trained) > 0.75


def test_early_stopping_fires_when_the_score_stands_still() -> None:
    """Without a rate there is nothing to learn, and nothing to wait for."""
    watch, plan = StopAfter(NEVER), small_plan(epochs=50, patience=3)
    still = msgspec.structs.replace(plan.settings, learning_rate=1e-12)
    plan = msgspec.structs.replace(plan, settings=still)

    trained = train_series(plan, small_lesson(), watch)

    assert trained.is_finished
    assert trained.standing.epoch == trained.standing.best_epoch + 4 < 50


def test_a_patience_that_never_runs_out_is_refused() -> None:
    with pytest.raises(CalibrationError, match="never stops early, found 40"):
        SeriesSettings(epochs=40, patience=40)


def test_a_checkpoint_of_other_series_is_refused() -> None:
    begun, rows = ended_run(3), np.arange(140)
    parts = SeriesParts(rows[:96], rows[96:], rows[:0])
    fewer = SeriesLesson(small_series().take(rows), parts)

    with pytest.raises(CalibrationError, match="expected the series"):
        train_series(small_plan(), fewer, start=begun)


def test_places_held_back_are_told_without_noise() -> None:
    lesson, plan = small_lesson(), small_plan()
    training, held = (
        lesson.series.take(rows)
        for rows in (lesson.parts.training, lesson.parts.validation)
    )
    network = build_network(TINY, training.grid, 3)
    task = SeriesTask(plan, network, training, held, torch.device("cpu"))

    first, second = task.held_back(), task.held_back()

    assert torch.equal(first, second)


def test_random_windows_move_while_those_of_evaluation_stay() -> None:
    lesson = small_lesson()
    plan = small_plan(augmentation=Augmentation(window_steps=12, cut=0.0))
    training = lesson.series.take(lesson.parts.training)
    network = build_network(TINY, window_grid(plan, training.grid), 3)
    task = SeriesTask(plan, network, training, training, torch.device("cpu"))
    rows = torch.arange(96)
    series, days, mask, _ = task.take(rows)
    season = series, days, mask

    torch.manual_seed(1)
    drawn, again = task.changed(season)[1][:, 0], task.changed(season)[1][:, 0]
    told, repeated = (task.as_evaluated(season, rows)[1][:, 0] for _ in range(2))

    assert not torch.equal(drawn, again)
    assert torch.equal(told, repeated)
    assert len(set(told.tolist())) > 10


def test_a_model_of_windows_ends_with_the_day_of_prediction() -> None:
    plan = small_plan(augmentation=Augmentation(window_steps=12))

    grid = window_grid(plan, small_series().grid)

    assert grid.first_day is None
    assert grid.steps == 12


def test_a_window_longer_than_the_season_is_refused() -> None:
    plan = small_plan(augmentation=Augmentation(window_steps=25))

    with pytest.raises(CalibrationError, match="at most the season's 24 buckets"):
        train_series(plan, small_lesson())


def test_the_digest_tells_labels_and_numbers_apart() -> None:
    series = small_series()
    labels = series.places.labels.copy()
    labels[0] = (labels[0] + 1) % 3

    changed = series.take(np.arange(len(series)))
    changed.places.labels[:] = labels

    assert digest_of(series) == digest_of(small_series())
    assert digest_of(changed) != digest_of(series)
