"""Unlabelled series teach an encoder, which then begins a network for classes."""

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
from tests.trainer.crops.made_series import GRID
from tests.trainer.training.small_run import StopAfter, assert_equal_states
from trainer.crops.learning.learning_settings import PRETRAINING, PretrainingPlan
from trainer.crops.learning.masked_task import MaskedTask
from trainer.crops.learning.pretrain_series import PretrainedSeries, pretrain_series
from trainer.crops.learning.pretrained_encoder import (
    encoder_of,
    load_encoder,
    save_encoder,
)
from trainer.crops.learning.train_series import SeriesLesson, train_series
from trainer.crops.networks.crop_recipes import (
    AttentionRecipe,
    CropRecipe,
    PublishedRecipe,
    build_network,
)
from trainer.errors import CalibrationError, WorkspaceError


def plan(epochs: int = 3, recipe: CropRecipe = TINY) -> PretrainingPlan:
    settings = msgspec.structs.replace(
        PRETRAINING, epochs=epochs, patience=epochs - 1, batch=24, learning_rate=1e-2
    )
    return PretrainingPlan(recipe=recipe, settings=settings, seed=1)


@pytest.fixture(scope="module")
def pretrained() -> PretrainedSeries:
    """An encoder taught for three epochs."""
    return pretrain_series(plan(), small_series())


def test_hidden_observations_are_told_better_than_by_their_mean() -> None:
    watch = StopAfter(10**9)

    done = pretrain_series(plan(epochs=12), small_series(), watch)

    assert done.is_finished
    assert done.standing.best_score < 0.6 < watch.figures[0].score


def test_labels_are_not_looked_at(pretrained: PretrainedSeries) -> None:
    series = small_series()
    series.places.labels[:] = -1

    told = pretrain_series(plan(), series)

    assert_equal_states(dict(told.encoder.encoder), dict(pretrained.encoder.encoder))


def test_a_pretraining_that_was_stopped_goes_on_bit_for_bit(
    pretrained: PretrainedSeries,
) -> None:
    watch = StopAfter(7)
    stopped = pretrain_series(plan(), small_series(), watch)

    resumed = pretrain_series(plan(), small_series(), start=watch.checkpoint)

    assert not stopped.is_finished
    assert resumed.encoder.digest == pretrained.encoder.digest


def test_what_is_hidden_is_not_given_away() -> None:
    """Whatever number stands under a mask of zero, the network tells the same."""
    series, network = small_series(), build_network(TINY, GRID, 3)
    training = series.take(np.arange(100))
    task = MaskedTask(plan(), network, training, training, torch.device("cpu"))
    seen: list[torch.Tensor] = []
    task.network.encoder.register_forward_pre_hook(
        lambda _, given: seen.extend([given[0], given[2]])
    )

    task.learn(task.take(torch.arange(100)))

    values, mask = seen
    hidden = 1 - float(mask.mean()) - float(1 - training.batch(slice(None)).mask.mean())
    assert float(values[mask == 0].abs().sum()) == 0
    assert 0.2 < hidden < 0.35


def test_an_encoder_begins_a_network(
    pretrained: PretrainedSeries, tmp_path: Path
) -> None:
    save_encoder(pretrained.encoder, tmp_path / "encoder.pt")
    encoder, lesson = load_encoder(tmp_path / "encoder.pt"), small_lesson()
    still = small_plan(epochs=2, patience=1)
    settings = msgspec.structs.replace(still.settings, learning_rate=1e-12)
    still = msgspec.structs.replace(still, settings=settings, pretrained=encoder.digest)

    trained = train_series(still, SeriesLesson(lesson.series, lesson.parts, encoder))

    learned = encoder_of(trained.network).encoder.state_dict()
    assert encoder.digest == pretrained.encoder.digest
    for name, values in encoder.encoder.items():
        assert torch.allclose(learned[name], values, atol=1e-6)
    assert torch.equal(trained.network.scaling.mean, encoder.scaling["mean"])


def test_another_encoder_than_the_plan_names_is_refused(
    pretrained: PretrainedSeries,
) -> None:
    lesson = small_lesson()

    with pytest.raises(CalibrationError, match="expected the pretrained encoder None"):
        train_series(
            small_plan(),
            SeriesLesson(lesson.series, lesson.parts, pretrained.encoder),
        )


def test_an_encoder_of_another_network_is_refused(
    pretrained: PretrainedSeries,
) -> None:
    lesson = small_lesson()
    wider = AttentionRecipe(name="wider", width=32, heads=2, dense=16)
    told = msgspec.structs.replace(
        small_plan(recipe=wider), pretrained=pretrained.encoder.digest
    )

    with pytest.raises(CalibrationError, match="expected the network tiny"):
        train_series(
            told, SeriesLesson(lesson.series, lesson.parts, pretrained.encoder)
        )


def test_a_network_without_states_cannot_be_pretrained() -> None:
    script = PublishedRecipe(name="script", size="script")

    with pytest.raises(CalibrationError, match="state of every step"):
        pretrain_series(plan(recipe=script), small_series())


def test_a_file_that_is_no_encoder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "encoder.pt").write_bytes(b"nothing")

    with pytest.raises(WorkspaceError, match="terroir crops pretrain"):
        load_encoder(tmp_path / "encoder.pt")
