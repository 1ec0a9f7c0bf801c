"""`terroir train` as its users run it."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

import onnxruntime
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from typer.testing import CliRunner, Result

from protocols.graph_contract import INPUT
from tests.trainer.localisation.made_soils import CARBON, CLAY, made_library
from tests.trainer.training.small_run import TINY
from tests.trainer.waiting import wait_until
from trainer.commands import train
from trainer.errors import CalibrationError, LibraryError, WorkspaceError
from trainer.exit_codes import ExitCode
from trainer.library.parquet_table import write_library
from trainer.networks.network_recipe import recipe_as_json
from trainer.training.train_network import TrainedNetwork

RUN = CliRunner()
SOILS = 48


@pytest.fixture
def order(tmp_path: Path) -> list[str]:
    """What is asked for in every test: the made library, the tiny network, a folder."""
    made = made_library(farms=2, soils=SOILS // 2, targets=(CARBON, CLAY))
    write_library(made, tmp_path / "library.parquet")
    (tmp_path / "tiny.json").write_bytes(recipe_as_json(TINY))
    return [
        *("--library", str(tmp_path / "library.parquet")),
        *("--recipe", str(tmp_path / "tiny.json")),
        *("--target", CARBON, "--target", CLAY),
        *("--out", str(tmp_path / "run"), "--patience", "2", "--device", "cpu"),
    ]


@pytest.fixture
def exports_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write bare weights as the graph, where the exporter does not matter."""

    def bare_weights(trained: TrainedNetwork, out: Path) -> tuple[str, ...]:
        weights = trained.network.state_dict().values()
        graph = b"".join(weight.numpy().tobytes() for weight in weights)
        (out / "model.onnx").write_bytes(graph)
        return ()

    monkeypatch.setattr(train, "_write_graphs", bare_weights)


def terroir_train(order: list[str], *more: str) -> Result:
    return RUN.invoke(train.app, [*order, *more])


def test_training_leaves_a_graph_a_checkpoint_and_a_report(
    order: list[str], tmp_path: Path
) -> None:
    done = terroir_train(order, "--epochs", "4", "--seed", "5", "--json")

    assert done.exit_code == 0, done.output
    report = json.loads((tmp_path / "run" / "training.json").read_bytes())
    assert report == json.loads(done.stdout)
    assert report["plan"]["seed"] == 5
    assert report["trained_on"] + report["held_back"] == SOILS
    assert [one["target"] for one in report["errors"]] == [CARBON, CLAY]
    graph = onnxruntime.InferenceSession(tmp_path / "run" / "model.onnx")
    scans = made_library(farms=1, soils=3).spectra
    assert graph.run(None, {INPUT: scans})[0].shape == (3, 2)
    assert (tmp_path / "run" / "checkpoint.pt").is_file()


@pytest.mark.usefixtures("exports_quickly")
def test_tensorboard_shows_scalars_a_picture_and_a_trace(
    order: list[str], tmp_path: Path
) -> None:
    terroir_train(order, "--epochs", "4", "--batch", "8", "--profile")

    folder = tmp_path / "run" / "tensorboard"
    events = EventAccumulator(str(folder))
    events.Reload()
    assert {f"validation/{CLAY}", "score", "pace/share of time in data"} <= set(
        events.Tags()["scalars"]
    )
    assert len(events.Scalars("score")) >= 3
    assert events.Tags()["images"] == ["agreement"]
    (trace,) = folder.glob("*.pt.trace.json")
    names = {one.get("name") for one in json.loads(trace.read_bytes())["traceEvents"]}
    assert "aten::conv1d" in names


@pytest.mark.usefixtures("exports_quickly")
def test_a_finished_run_goes_on_when_more_epochs_are_asked_for(
    order: list[str], tmp_path: Path
) -> None:
    terroir_train(order, "--epochs", "3")

    again = terroir_train(order, "--epochs", "3")
    longer = terroir_train(order, "--epochs", "4", "--resume", "--json")

    assert isinstance(again.exception, WorkspaceError)
    assert json.loads(longer.stdout)["epochs"] == 4
    assert (tmp_path / "run" / "model.onnx").is_file()


@pytest.mark.usefixtures("exports_quickly")
def test_stopping_leaves_a_checkpoint_that_resumes_to_the_same_weights(
    order: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terroir_train(order, "--epochs", "3")
    whole = (tmp_path / "run" / "model.onnx").read_bytes()
    order[order.index("--out") + 1] = str(tmp_path / "stopped")
    stop = Event()
    stop.set()

    with monkeypatch.context() as patch:
        patch.setattr(train, "stop_on_signal", lambda: stop)
        stopped = terroir_train(order, "--epochs", "3")
    resumed = terroir_train(order, "--epochs", "3", "--resume")

    assert stopped.exit_code == ExitCode.INTERRUPTED
    assert "--resume" in stopped.stdout
    assert resumed.exit_code == 0, resumed.output
    assert (tmp_path / "stopped" / "model.onnx").read_bytes() == whole


def test_ctrl_c_ends_training_with_its_own_number(
    order: list[str], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "trainer", "train", *order, "--epochs", "1000000"]
    command[command.index("--patience") + 1] = "999999"
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        events = tmp_path / "run" / "tensorboard"
        wait_until(events.exists, "the first events", within_s=60)
        running.send_signal(signal.SIGINT)
        told, _ = running.communicate(timeout=60)

    assert running.returncode == ExitCode.INTERRUPTED
    assert told.startswith("stopped; go on with --resume")
    assert (tmp_path / "run" / "checkpoint.pt").is_file()
    assert not (tmp_path / "run" / "model.onnx").exists()


def test_what_cannot_be_trained_leaves_no_folder(
    order: list[str], tmp_path: Path
) -> None:
    target = terroir_train([*order[:4], "--target", "ph_index", *order[8:]])
    patience = terroir_train(order, "--epochs", "2")

    assert isinstance(target.exception, LibraryError)
    assert isinstance(patience.exception, CalibrationError)
    assert not (tmp_path / "run").exists()
