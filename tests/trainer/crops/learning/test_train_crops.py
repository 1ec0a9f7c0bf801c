"""`terroir crops train` and `pretrain` as their users run them."""

import json
from pathlib import Path
from threading import Event

import msgspec
import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from typer.testing import CliRunner, Result

from tests.trainer.crops.learning.small_lesson import TINY, small_series
from tests.trainer.crops.made_series import LEGEND
from trainer.commands.crops import pretrain, train
from trainer.crops.model.model_folder import ABOUT, WEIGHTS, read_crop_model
from trainer.crops.series.series_folder import write_series_folder
from trainer.errors import CalibrationError, TerroirError, WorkspaceError
from trainer.exit_codes import ExitCode

RUN = CliRunner()


@pytest.fixture
def order(tmp_path: Path) -> list[str]:
    """What is asked for in every test: made series, the tiny network, a folder."""
    write_series_folder(tmp_path / "series", small_series())
    (tmp_path / "tiny.json").write_bytes(msgspec.json.encode(TINY))
    return [
        str(tmp_path / "series"),
        *("--out", str(tmp_path / "run"), "--network", str(tmp_path / "tiny.json")),
        *("--patience", "2", "--batch", "24", "--device", "cpu"),
    ]


def crops_train(order: list[str], *more: str) -> Result:
    return RUN.invoke(train.app, [*order, *more])


def test_training_leaves_a_model_that_tells_crops_and_how_sure_it_is(
    order: list[str], tmp_path: Path
) -> None:
    done = crops_train(order, "--epochs", "4", "--members", "2", "--json")

    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told == json.loads((tmp_path / "run" / "training.json").read_bytes())
    assert [one["seed"] for one in told["members"]] == [0, 1]
    model, about = read_crop_model(tmp_path / "run" / "model")
    batch = small_series().batch(slice(0, 5))
    with torch.no_grad():
        value, low, high, novelty = model(
            torch.from_numpy(batch.values),
            torch.from_numpy(batch.days),
            torch.from_numpy(batch.mask.astype(np.float32)),
        )
    assert about.legend == LEGEND
    assert about.members == 2
    assert about.figures.places == told["judged_on"]
    assert torch.allclose(value.sum(dim=1), torch.ones(5), atol=1e-5)
    assert bool(((low <= value) & (value <= high)).all())
    assert novelty.shape == (5,)


def test_tensorboard_shows_classes_a_confusion_matrix_and_a_trace(
    order: list[str], tmp_path: Path
) -> None:
    crops_train(order, "--epochs", "4", "--profile")

    folder = tmp_path / "run" / "member-1" / "tensorboard"
    events = EventAccumulator(str(folder))
    events.Reload()
    assert {"validation/maize", "score", "pace/share of time in data"} <= set(
        events.Tags()["scalars"]
    )
    assert events.Tags()["images"] == ["confusion"]
    assert len(list(folder.glob("*.pt.trace.json"))) == 1


def test_stopping_leaves_a_checkpoint_that_resumes_to_the_same_model(
    order: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crops_train(order, "--epochs", "3", "--members", "2")
    whole = read_crop_model(tmp_path / "run" / "model")[0].state_dict()
    order[order.index("--out") + 1] = str(tmp_path / "stopped")
    stop = Event()
    stop.set()

    with monkeypatch.context() as patch:
        patch.setattr(train, "stop_on_signal", lambda: stop)
        stopped = crops_train(order, "--epochs", "3", "--members", "2")
    resumed = crops_train(order, "--epochs", "3", "--members", "2", "--resume")

    assert stopped.exit_code == ExitCode.INTERRUPTED
    assert "--resume" in stopped.stdout
    assert resumed.exit_code == 0, resumed.output
    again = read_crop_model(tmp_path / "stopped" / "model")[0].state_dict()
    assert all(torch.equal(again[name], value) for name, value in whole.items())


def test_a_folder_with_a_run_is_not_begun_anew(order: list[str]) -> None:
    crops_train(order, "--epochs", "3")

    again = crops_train(order, "--epochs", "3")

    assert isinstance(again.exception, WorkspaceError)
    assert "--resume" in str(again.exception)


def test_a_run_that_is_not_there_cannot_be_gone_on_with(order: list[str]) -> None:
    done = crops_train(order, "--epochs", "3", "--resume")

    assert isinstance(done.exception, WorkspaceError)
    assert "train without --resume" in str(done.exception)


def test_a_pretrained_encoder_begins_the_network(
    order: list[str], tmp_path: Path
) -> None:
    taught = tmp_path / "taught"
    order[order.index("--out") + 1] = str(taught)
    before = RUN.invoke(pretrain.app, [*order, "--epochs", "3", "--json"])
    order[order.index("--out") + 1] = str(tmp_path / "run")

    done = crops_train(
        order, "--epochs", "3", "--from", str(taught / "encoder.pt"), "--json"
    )

    assert before.exit_code == 0, before.output
    encoder = json.loads(before.stdout)["encoder"]
    assert json.loads(done.stdout)["plan"]["pretrained"] == encoder


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (["--epochs", "2"], "never stops early"),
        (["--network", "forest"], "expected one of the networks"),
        (["--from", "nothing.pt"], "terroir crops pretrain"),
        (["--window-days", "2000"], "at most the season's 24 buckets"),
    ],
)
def test_what_cannot_be_trained_says_so_and_leaves_no_folder(
    order: list[str], told: list[str], found: str, tmp_path: Path
) -> None:
    done = crops_train(order, *told)

    assert isinstance(done.exception, TerroirError)
    assert found in str(done.exception)
    assert not (tmp_path / "run").exists()


def test_a_model_of_windows_is_asked_on_any_day(
    order: list[str], tmp_path: Path
) -> None:
    done = crops_train(order, "--epochs", "3", "--window-days", "125")

    assert done.exit_code == 0, done.output
    _, about = read_crop_model(tmp_path / "run" / "model")
    assert about.grid.first_day is None
    assert about.grid.steps == 12


def test_early_stopping_is_told_in_the_summary(order: list[str]) -> None:
    done = crops_train(order, "--epochs", "60", "--learning-rate", "1e-12", "--json")

    (member,) = json.loads(done.stdout)["members"]
    assert member["is_finished"]
    assert member["epochs"] == member["best_epoch"] + 3 < 60


def test_a_model_folder_that_is_damaged_is_refused(
    order: list[str], tmp_path: Path
) -> None:
    crops_train(order, "--epochs", "3")
    folder = tmp_path / "run" / "model"
    whole = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(whole[: len(whole) // 2])

    with pytest.raises(WorkspaceError, match="none that can be read"):
        read_crop_model(folder)
    (folder / ABOUT).unlink()
    with pytest.raises(WorkspaceError, match="terroir crops train"):
        read_crop_model(folder)


def test_places_without_labels_cannot_train(order: list[str], tmp_path: Path) -> None:
    series = small_series()
    series.places.labels[:] = -1
    write_series_folder(tmp_path / "unknown", series)

    done = crops_train([str(tmp_path / "unknown"), *order[1:]], "--epochs", "3")

    assert isinstance(done.exception, CalibrationError)
    assert "labelled places" in str(done.exception)
