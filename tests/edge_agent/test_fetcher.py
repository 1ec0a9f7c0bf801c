"""The fetcher: whatever a server does, TUF hears of a failed download and no more."""

import ssl

import pytest
from tuf.api.exceptions import (
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    SlowRetrievalError,
)

from edge_agent.updates.fetcher import DeviceFetcher
from tests.simulators.rude_server import Manner, rude_server
from tests.simulators.update_repository import UpdateRepository


@pytest.fixture
def fetcher() -> DeviceFetcher:
    """A fetcher with little patience."""
    return DeviceFetcher(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), timeout_s=0.3)


def test_file_is_fetched(
    fetcher: DeviceFetcher, repository: UpdateRepository, repository_url: str
) -> None:
    url = f"{repository_url}/metadata/1.root.json"

    assert fetcher.download_bytes(url, 100_000) == repository.root_bytes


def test_missing_file_is_told_with_its_status(
    fetcher: DeviceFetcher, repository_url: str
) -> None:
    with pytest.raises(DownloadHTTPError) as caught:
        fetcher.download_bytes(f"{repository_url}/none", 100)

    assert caught.value.status_code == 404


@pytest.mark.parametrize(
    ("manner", "expected"),
    [
        ("endless", DownloadLengthMismatchError),
        ("silent", SlowRetrievalError),
        ("broken off", DownloadError),
        ("nonsense", DownloadError),
    ],
)
def test_rude_server_is_a_failed_download(
    fetcher: DeviceFetcher, manner: Manner, expected: type[Exception]
) -> None:
    with rude_server(manner) as url, pytest.raises(expected):
        fetcher.download_bytes(f"{url}/timestamp.json", 16_384)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "file:///etc/passwd", "nowhere"])
def test_address_that_is_not_http_is_not_asked(
    fetcher: DeviceFetcher, url: str
) -> None:
    with pytest.raises(DownloadError, match="expected an http or https address"):
        fetcher.download_bytes(url, 100)
