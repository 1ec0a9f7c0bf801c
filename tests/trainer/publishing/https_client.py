"""A client of the repository's server, plain and as python-tuf fetches with it."""

import http.client
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient.fetcher import FetcherInterface

from trainer.workspace import ClientFiles

TIMEOUT_S = 10


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpsClient(FetcherInterface):
    """One request a connection."""

    def __init__(self, port: int, files: ClientFiles) -> None:
        self._port = port
        self._context = ssl.create_default_context(cafile=str(files.authority))
        self._context.load_cert_chain(files.certificate, files.key)

    @property
    def url(self) -> str:
        """The server's address."""
        return f"https://127.0.0.1:{self._port}"

    def request(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask for a path as it is written, however odd."""
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self._port, timeout=TIMEOUT_S, context=self._context
        )
        try:
            connection.request(method, path, headers=dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers), response.read())
        finally:
            connection.close()

    def _fetch(self, url: str) -> Iterator[bytes]:
        answer = self.request(urlsplit(url).path)
        if answer.status != http.client.OK:
            raise DownloadHTTPError(url, answer.status)
        yield answer.body
