"""A device is delivered with all it needs and nothing of anybody else's."""

import tomllib
from pathlib import Path

import pytest

from protocols.errors import IdentifierError
from protocols.identifiers import parse_address
from protocols.messages import Instrument
from tests.trainer.cloud_world import Cloud
from trainer.errors import IdentityError, WorkspaceError
from trainer.identity.enrolment import Enrolment, enrol, parse_instrument

ADDRESS = parse_address("acme/home-farm/scanner-9")


def test_bundle_holds_settings_that_a_device_can_read(
    cloud: Cloud, tmp_path: Path
) -> None:
    instrument = Instrument(maker="Spectro", model="S-350", serial='0"42')

    path = enrol(cloud.workspace, Enrolment(ADDRESS, instrument), tmp_path / "bundle")

    settings = tomllib.loads(path.read_text())
    cloud_settings = cloud.workspace.settings
    port = cloud_settings.updates.port
    assert settings["address"] == "acme/home-farm/scanner-9"
    assert settings["broker"]["port"] == cloud_settings.broker.port
    assert settings["updates"]["metadata_url"] == f"https://127.0.0.1:{port}/metadata/"
    assert settings["updates"]["check_interval_s"] == 3600.0
    assert settings["instrument"]["serial"] == '0"42'
    for file in ("authority", "certificate", "key"):
        assert (path.parent / settings["broker"][file]).is_file()


def test_bundle_trusts_the_repository_by_its_first_root(
    cloud: Cloud, tmp_path: Path
) -> None:
    enrol(cloud.workspace, Enrolment(ADDRESS), tmp_path / "bundle")

    root = cloud.workspace.repository / "metadata" / "1.root.json"
    assert (tmp_path / "bundle" / "root.json").read_bytes() == root.read_bytes()


def test_device_is_not_enrolled_over_another(cloud: Cloud, tmp_path: Path) -> None:
    enrol(cloud.workspace, Enrolment(ADDRESS), tmp_path / "bundle")
    key = (tmp_path / "bundle" / "device.key").read_bytes()

    with pytest.raises(WorkspaceError, match="choose another folder"):
        enrol(cloud.workspace, Enrolment(ADDRESS), tmp_path / "bundle")

    assert (tmp_path / "bundle" / "device.key").read_bytes() == key


@pytest.mark.parametrize(
    "address",
    [
        "acme/+/scanner-1",
        "acme/#/scanner-1",
        "acme/home-farm",
        "acme/home-farm/scanner-1/x",
        "Acme/home-farm/scanner-1",
        "acme//scanner-1",
        "acme/home farm/scanner-1",
        "acme/home-farm/scanner-1\n",
        "acme/" + "f" * 21 + "/scanner-1",
    ],
)
def test_name_that_would_match_other_topics_is_refused(address: str) -> None:
    with pytest.raises(IdentifierError):
        parse_address(address)


@pytest.mark.parametrize("text", ["", "Spectro", "Spectro/S-350", "a/b/", "a/b/c/d"])
def test_instrument_is_maker_model_and_serial(text: str) -> None:
    with pytest.raises(IdentityError, match="maker/model/serial"):
        parse_instrument(text)
