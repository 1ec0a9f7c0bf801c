"""What graphs may cost is one set of settings, and options go before it."""

from pathlib import Path

import pytest
import typer

from trainer.commands.export_option import budget_of, export_budget
from trainer.errors import SettingsError
from trainer.export.export_budget import ExportBudget
from trainer.settings import ExportSettings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_settings_and_budget_leave_the_same_open() -> None:
    assert budget_of(ExportSettings()) == ExportBudget()
    assert export_budget(None, None, None) == ExportBudget()


def test_options_go_before_the_settings_of_this_folder(folder: Path) -> None:
    text = '[export]\nformats = ["onnx", "tflite"]\nmost_latency_ms = 5\n'
    (folder / "cloud.toml").write_text(text)

    told = export_budget(["tflite", "tflite"], 1.5, None)

    assert told.formats == ("tflite",)
    assert told.most_bytes == 1_500_000
    assert told.most_latency_ms == 5


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(typer.BadParameter, match="found onnx and coreml"):
        export_budget(["onnx", "coreml"], None, None)


@pytest.mark.parametrize(
    ("key", "value"),
    [("FORMATS", "coreml"), ("MOST_ERROR", "0.5"), ("MOST_BYTES", "0")],
)
def test_what_no_graph_can_keep_is_refused(
    key: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"TERROIR_CLOUD_EXPORT_{key}", value)

    with pytest.raises(SettingsError, match="export"):
        export_budget(None, None, None)
