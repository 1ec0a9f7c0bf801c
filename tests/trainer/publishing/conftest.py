"""A signed repository, and a server of it that asks for certificates."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.trainer.cloud_world import free_port
from tests.trainer.publishing.https_client import HttpsClient
from trainer.identity.authority import Authority, create_authority
from trainer.publishing.model_repository import ModelRepository
from trainer.publishing.repository_server import RepositoryServer
from trainer.publishing.signing_keys import SigningKeys
from trainer.settings import Endpoint
from trainer.workspace import ClientFiles


@pytest.fixture
def folder(new_repository: Path, tmp_path: Path) -> Path:
    shutil.copytree(new_repository, tmp_path, dirs_exist_ok=True)
    return tmp_path / "repository"


@pytest.fixture
def keys(folder: Path) -> SigningKeys:
    return SigningKeys(folder.parent / "keys")


@pytest.fixture
def repository(folder: Path, keys: SigningKeys) -> ModelRepository:
    return ModelRepository(folder, keys)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return create_authority(tmp_path / "authority")


@pytest.fixture
def server(
    folder: Path, authority: Authority, tmp_path: Path
) -> Iterator[RepositoryServer]:
    """Serve the repository until the test is over."""
    files = ClientFiles(
        tmp_path / "authority" / "authority.pem",
        tmp_path / "server.pem",
        tmp_path / "server.key",
    )
    authority.issue_server("repository", ["127.0.0.1"]).write(
        files.certificate, files.key
    )
    with RepositoryServer(folder, Endpoint(port=free_port()), files) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def client_named(
    server: RepositoryServer, authority: Authority, tmp_path: Path
) -> Callable[[str], HttpsClient]:
    """Return a maker of clients with a certificate of our authority."""

    def make(name: str) -> HttpsClient:
        identity = authority.issue_client(name)
        files = ClientFiles(
            tmp_path / "authority" / "authority.pem",
            tmp_path / "client.pem",
            tmp_path / "client.key",
        )
        identity.write(files.certificate, files.key)
        return HttpsClient(server.server_port, files)

    return make
