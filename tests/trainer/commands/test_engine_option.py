"""Where jobs run is one setting, and the option goes before it."""

from pathlib import Path

import pytest

from trainer.commands.engine_option import engine_choice
from trainer.engine.engine import EngineChoice
from trainer.errors import SettingsError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_settings_jobs_run_in_processes() -> None:
    assert engine_choice(None, 2) == EngineChoice("processes", 2)


def test_the_settings_of_this_folder_say_where_the_cluster_is(folder: Path) -> None:
    text = '[engine]\nkind = "ray"\nray_address = "head.example.org:6379"\n'
    (folder / "cloud.toml").write_text(text)

    assert engine_choice(None, 0) == EngineChoice("ray", 0, "head.example.org:6379")


def test_the_option_goes_before_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERROIR_CLOUD_ENGINE_KIND", "ray")

    assert engine_choice("processes", 1).kind == "processes"


def test_an_unknown_engine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERROIR_CLOUD_ENGINE_KIND", "spark")

    with pytest.raises(SettingsError, match="spark"):
        engine_choice(None, 1)
