"""Fetches over HTTP(S) for the TUF client: our authority, our certificate, our limits.

TUF decides what is believed and how long it may be; this only brings bytes, and turns
everything that can go wrong on the way into a DownloadError.
"""

import http.client
import ssl
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

from tuf.api.exceptions import (
    DownloadError,
    DownloadHTTPError,
    SlowRetrievalError,
)
from tuf.ngclient.fetcher import FetcherInterface

CHUNK_BYTES = 65_536


class DeviceFetcher(FetcherInterface):
    """Opens one connection a file, by the device's own TLS context."""

    def __init__(self, context: ssl.SSLContext, timeout_s: float) -> None:
        self._context = context
        self._timeout_s = timeout_s

    def _fetch(self, url: str) -> Iterator[bytes]:
        """Return the content at `url`, chunk by chunk."""
        return self._chunks(url)

    def _chunks(self, url: str) -> Iterator[bytes]:
        try:
            with closing(self._connect(url)) as connection:
                connection.request("GET", urlsplit(url).path)
                with connection.getresponse() as answer:
                    yield from _body(answer, url)
        except TimeoutError as error:
            raise SlowRetrievalError(f"{url} took too long") from error
        except (OSError, http.client.HTTPException) as error:
            raise DownloadError(f"cannot fetch {url}: {error}") from error

    def _connect(self, url: str) -> http.client.HTTPConnection:
        parts = urlsplit(url)
        if parts.hostname is None or parts.scheme not in ("http", "https"):
            raise DownloadError(f"expected an http or https address, found {url!r}")
        if parts.scheme == "http":
            return http.client.HTTPConnection(
                parts.hostname, parts.port, timeout=self._timeout_s
            )
        return http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=self._timeout_s, context=self._context
        )


def _body(answer: http.client.HTTPResponse, url: str) -> Iterator[bytes]:
    if answer.status != http.client.OK:
        raise DownloadHTTPError(
            f"expected 200 for {url}, found {answer.status}", answer.status
        )
    while chunk := answer.read(CHUNK_BYTES):
        yield chunk
    if answer.length:
        raise DownloadError(f"{url} broke off, {answer.length} bytes short")
