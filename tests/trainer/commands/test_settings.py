"""Settings are read once, checked whole, and a misspelt one is refused by name."""

from pathlib import Path

import pytest

from trainer.errors import SettingsError
from trainer.new_workspace import settings_text
from trainer.settings import CloudSettings, Endpoint, read_settings, settings_of
from trainer.workspace import Workspace, open_workspace


def test_empty_file_gives_the_defaults() -> None:
    assert settings_of({}, {}, "cloud.toml") == CloudSettings()


def test_written_settings_are_read_back(tmp_path: Path) -> None:
    settings = CloudSettings(broker=Endpoint(host="broker.example.org", port=18883))
    path = tmp_path / "cloud.toml"
    path.write_text(settings_text(settings))

    assert read_settings(path, {}) == settings


def test_environment_replaces_the_file() -> None:
    tables = {"broker": {"port": 1883}, "relocaliser": {"quiet_s": 5.0}}
    environment = {
        "TERROIR_CLOUD_BROKER_PORT": "2883",
        "TERROIR_CLOUD_RELOCALISER_MAX_WAIT_S": "0.5",
        "HOME": "/root",
    }

    settings = settings_of(tables, environment, "cloud.toml")

    assert settings.broker.port == 2883
    assert (settings.relocaliser.quiet_s, settings.relocaliser.max_wait_s) == (5.0, 0.5)


@pytest.mark.parametrize(
    ("tables", "environment", "named"),
    [
        ({"brokr": {}}, {}, "brokr"),
        ({"broker": {"prt": 1}}, {}, "prt"),
        ({"broker": {"port": 0}}, {}, r"\$\.broker\.port"),
        ({"broker": {"port": "many"}}, {}, r"\$\.broker\.port"),
        ({"ingest": {"batch_records": 1000}}, {}, r"\$\.ingest\.batch_records"),
        ({}, {"TERROIR_CLOUD_BROKR_PORT": "1"}, "TERROIR_CLOUD_BROKR_PORT='1'"),
        ({}, {"TERROIR_CLOUD_BROKER_PRT": "1"}, "prt"),
    ],
)
def test_wrong_setting_is_refused_by_name(
    tables: dict[str, object], environment: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        settings_of(tables, environment, "cloud.toml")


def test_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="terroir init"):
        open_workspace(tmp_path)


def test_broken_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cloud.toml").write_text("[broker\n")

    with pytest.raises(SettingsError, match="expected TOML"):
        open_workspace(tmp_path)


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "cloud.toml").write_text("")

    workspace = open_workspace(tmp_path / "cloud.toml")

    assert workspace.repository == tmp_path / "repository"
    assert workspace.store_url == f"sqlite:///{tmp_path}/store.sqlite"


def test_address_of_a_shared_database_is_left_as_it_is(tmp_path: Path) -> None:
    url = "postgresql+psycopg://terroir@db/terroir"
    settings = settings_of({"store": {"url": url}}, {}, "cloud.toml")

    assert Workspace(tmp_path, settings).store_url == url
