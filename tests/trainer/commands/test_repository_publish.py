"""`terroir repository publish`: any package, to the farm that it was made for."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from protocols.errors import PackageError
from tests.protocols.sample_packages import sample_package
from tests.simulators.golden_fields import PACKAGE
from trainer.commands.repository import app
from trainer.errors import WorkspaceError
from trainer.publishing.model_repository import ModelRepository
from trainer.publishing.signing_keys import SigningKeys

RUN = CliRunner()


@pytest.fixture
def workspace(new_repository: Path, tmp_path: Path) -> Path:
    """A cloud's folder with an empty repository and its keys."""
    shutil.copytree(new_repository, tmp_path, dirs_exist_ok=True)
    settings = tmp_path / "cloud.toml"
    settings.write_text('[folders]\nrepository = "repository"\nsigning_keys = "keys"\n')
    return settings


def published(workspace: Path) -> dict[str, str]:
    """Return what the repository offers."""
    keys = SigningKeys(workspace.parent / "keys")
    return ModelRepository(workspace.parent / "repository", keys).published()


def test_packages_of_both_kinds_are_offered_side_by_side(
    workspace: Path, tmp_path: Path
) -> None:
    soil = tmp_path / "soil.terroir"
    soil.write_bytes(sample_package())

    for package in (soil, PACKAGE):
        words = ["publish", str(package), "--settings", str(workspace)]
        assert RUN.invoke(app, words).exit_code == 0

    assert list(published(workspace)) == [
        "acme/home-farm/crops.terroir",
        "acme/home-farm/model.terroir",
    ]


@pytest.mark.parametrize(
    ("name", "kind"), [("none.terroir", WorkspaceError), ("cut.terroir", PackageError)]
)
def test_what_is_no_package_is_not_published(
    workspace: Path, tmp_path: Path, name: str, kind: type[Exception]
) -> None:
    (tmp_path / "cut.terroir").write_bytes(sample_package()[:-1])

    done = RUN.invoke(
        app, ["publish", str(tmp_path / name), "--settings", str(workspace)]
    )

    assert done.exit_code != 0
    assert isinstance(done.exception, kind)
    assert published(workspace) == {}
