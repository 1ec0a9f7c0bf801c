"""A workspace is whole, private, and made once."""

import stat
from pathlib import Path

import pytest

from tests.trainer.cloud_world import make_workspace
from trainer.errors import WorkspaceError
from trainer.identity.services import CLIENT_NAMES
from trainer.new_workspace import create_workspace
from trainer.settings import CloudSettings
from trainer.workspace import Workspace, open_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_workspace(tmp_path_factory.mktemp("cloud") / "acme")


def test_workspace_is_opened_from_its_settings(workspace: Workspace) -> None:
    found = open_workspace(workspace.root)

    assert found.settings.broker == workspace.settings.broker
    assert (found.root / "store.sqlite").is_file()
    assert (found.repository / "metadata" / "timestamp.json").is_file()
    assert (found.broker / "mosquitto.conf").is_file()


def test_every_service_has_an_identity(workspace: Workspace) -> None:
    for name in CLIENT_NAMES:
        files = workspace.identity_of(name)
        assert files.authority.is_file()
        assert files.certificate.is_file()
        assert files.key.is_file()


def test_every_key_is_readable_by_its_owner_only(workspace: Workspace) -> None:
    keys = [*workspace.root.rglob("*.key"), *workspace.signing_keys.iterdir()]

    assert len(keys) > 10
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}


def test_refused_second_making_changes_nothing(workspace: Workspace) -> None:
    before = files_in(workspace.root)

    with pytest.raises(WorkspaceError, match="choose another folder"):
        create_workspace(workspace.root, CloudSettings())

    assert files_in(workspace.root) == before


def files_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
