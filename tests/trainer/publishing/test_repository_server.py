"""The server hands out signed files to enrolled devices, and nothing else."""

import http.client
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from tuf.ngclient.updater import Updater

from tests.protocols.sample_packages import sample_package
from tests.trainer.publishing.https_client import HttpsClient
from trainer.identity.authority import create_authority
from trainer.publishing.model_repository import ModelRepository
from trainer.publishing.repository_server import RepositoryServer
from trainer.workspace import ClientFiles

DEVICE = "acme/home-farm/scanner-1"
Clients = Callable[[str], HttpsClient]


def target_of(digest: str) -> str:
    return f"/targets/acme/home-farm/{digest}.model.terroir"


def test_device_updates_over_https(
    repository: ModelRepository, client_named: Clients, folder: Path, tmp_path: Path
) -> None:
    package = sample_package()
    repository.publish("acme", "home-farm", package)
    client = client_named(DEVICE)
    (tmp_path / "trusted").mkdir()
    updater = Updater(
        str(tmp_path / "trusted"),
        f"{client.url}/metadata/",
        str(tmp_path),
        f"{client.url}/targets/",
        fetcher=client,
        bootstrap=(folder / "metadata" / "1.root.json").read_bytes(),
    )

    target = updater.get_targetinfo("acme/home-farm/model.terroir")
    assert target is not None
    found = updater.download_target(target, str(tmp_path / "model.terroir"))

    assert Path(found).read_bytes() == package


def test_device_of_another_farm_gets_no_package(
    repository: ModelRepository, client_named: Clients
) -> None:
    digest = repository.publish("acme", "home-farm", sample_package())

    answer = client_named("acme/next-farm/scanner-1").request(target_of(digest))

    assert answer.status == 404


def test_download_resumes_from_a_byte_on(
    repository: ModelRepository, client_named: Clients
) -> None:
    package = sample_package()
    digest = repository.publish("acme", "home-farm", package)

    answer = client_named(DEVICE).request(
        target_of(digest), headers={"Range": "bytes=100-"}
    )

    size = len(package)
    assert answer.status == 206
    assert answer.body == package[100:]
    assert answer.headers["Content-Range"] == f"bytes 100-{size - 1}/{size}"


def test_range_beyond_the_file_is_not_satisfiable(
    repository: ModelRepository, client_named: Clients
) -> None:
    package = sample_package()
    digest = repository.publish("acme", "home-farm", package)

    answer = client_named(DEVICE).request(
        target_of(digest), headers={"Range": f"bytes={len(package)}-"}
    )

    assert answer.status == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(package)}"


def test_head_tells_the_length_and_sends_nothing(
    repository: ModelRepository, client_named: Clients
) -> None:
    package = sample_package()
    digest = repository.publish("acme", "home-farm", package)

    answer = client_named(DEVICE).request(target_of(digest), "HEAD")

    assert (answer.headers["Content-Length"], answer.body) == (str(len(package)), b"")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/metadata/",
        "/metadata",
        "/targets/",
        "/targets/acme/home-farm/",
        "/.lock",
        "/metadata/../.lock",
        "/metadata/..%2f.lock",
        "/metadata/../../keys/root.pem",
        "//etc/passwd",
        "/metadata/timestamp.json?x=1",
        "/metadata/timestamp.json%00",
        "/metadata/.timestamp.json.tmp",
    ],
)
def test_anything_but_a_signed_file_is_not_found(
    client_named: Clients, path: str
) -> None:
    answer = client_named("cloud-relocaliser").request(path)

    assert answer.status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_server_takes_nothing_in(client_named: Clients, method: str) -> None:
    answer = client_named(DEVICE).request("/metadata/timestamp.json", method)

    assert answer.status == http.client.NOT_IMPLEMENTED


def test_certificate_of_a_foreign_authority_is_refused(
    server: RepositoryServer, tmp_path: Path
) -> None:
    foreign = create_authority(tmp_path / "foreign").issue_client(DEVICE)
    foreign.write(tmp_path / "foreign.pem", tmp_path / "foreign.key")
    files = ClientFiles(
        tmp_path / "authority" / "authority.pem",
        tmp_path / "foreign.pem",
        tmp_path / "foreign.key",
    )
    stranger = HttpsClient(server.server_port, files)

    with pytest.raises((ssl.SSLError, ConnectionError)):
        stranger.request("/metadata/timestamp.json")
