"""Serve the repository over HTTPS to those with a certificate of our authority.

Metadata go to everyone of ours, a farm's packages only to devices of that farm. Plain
files under `metadata/` and `targets/`, whole or from a byte on; no listing, no writing.
The signatures are what a device trusts; this server is only a way to them.
"""

import logging
import re
import socket
import ssl
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

from protocols.model_package import SUFFIX
from trainer.publishing.byte_range import ByteRange, requested_range
from trainer.settings import Endpoint
from trainer.workspace import ClientFiles

LOG = logging.getLogger(__name__)
IDLE_TIMEOUT_S = 30.0
CHUNK_BYTES = 64 * 1024

_NAME = r"[a-z0-9][a-z0-9-]{0,19}"
_METADATA = re.compile(r"/metadata/[a-z0-9][a-z0-9.-]{0,80}\.json", re.ASCII)
_TARGET = re.compile(
    rf"/targets/(?P<farm>{_NAME}/{_NAME})/[0-9a-f]{{64}}\.model{re.escape(SUFFIX)}",
    re.ASCII,
)


def may_read(path: str, name: str) -> bool:
    """Tell whether the holder of a certificate called `name` may read `path`."""
    if _METADATA.fullmatch(path):
        return True
    target = _TARGET.fullmatch(path)
    if target is None:
        return False
    is_service = "/" not in name
    return is_service or name.startswith(target["farm"] + "/")


class RepositoryServer(ThreadingHTTPServer):
    """Answers with files of one folder, each connection in a thread of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, folder: Path, endpoint: Endpoint, identity: ClientFiles) -> None:
        """Listen at `endpoint`, showing `identity`; nothing is served yet."""
        self.folder = folder
        self._tls = _tls_context(identity)
        super().__init__((endpoint.host, endpoint.port), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Take a connection; its handshake waits for the thread that serves it."""
        plain, address = super().get_request()
        plain.settimeout(IDLE_TIMEOUT_S)
        secured = self._tls.wrap_socket(
            plain, server_side=True, do_handshake_on_connect=False
        )
        return secured, address


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: RepositoryServer
    connection: ssl.SSLSocket
    protocol_version = "HTTP/1.1"
    server_version = "terroir"
    sys_version = ""
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Shake hands, then answer until the client goes; log a failure, go on."""
        try:
            self.connection.do_handshake()
            super().handle()
        except (ssl.SSLError, ConnectionError, TimeoutError) as error:
            LOG.info("refused %s: %s", self.client_address[0], error)
            self.close_connection = True
        except Exception:
            LOG.exception("failed to answer %s", self.client_address[0])

    def do_GET(self) -> None:
        """Answer with a file, or the part of it that is asked for."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer as to GET, without the file."""
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        if not may_read(self.path, _common_name(self.connection)):
            self._refuse(HTTPStatus.NOT_FOUND)
            return
        try:
            file = (self.server.folder / self.path.lstrip("/")).open("rb")
        except OSError:
            self._refuse(HTTPStatus.NOT_FOUND)
            return
        with file:
            self._send(file, with_body=with_body)

    def _send(self, file: BinaryIO, *, with_body: bool) -> None:
        size = file.seek(0, 2)
        wanted = requested_range(self.headers.get("Range"), size)
        if wanted is None:
            self._refuse(
                HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                {"Content-Range": f"bytes */{size}"},
            )
            return
        self._send_head(wanted, size)
        if with_body:
            file.seek(wanted.first)
            self._copy(file, wanted.count)

    def _send_head(self, wanted: ByteRange, size: int) -> None:
        is_part = wanted.count != size
        self.send_response(HTTPStatus.PARTIAL_CONTENT if is_part else HTTPStatus.OK)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(wanted.count))
        self.send_header("Accept-Ranges", "bytes")
        if is_part:
            self.send_header("Content-Range", wanted.header(size))
        self.end_headers()

    def _copy(self, file: BinaryIO, count: int) -> None:
        while count > 0 and (chunk := file.read(min(count, CHUNK_BYTES))):
            self.wfile.write(chunk)
            count -= len(chunk)

    def _refuse(
        self, status: HTTPStatus, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the standard library
        """Log requests for those who look for them, and not on the console."""
        LOG.debug(format, *args)


def _tls_context(identity: ClientFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(identity.authority)
    context.load_cert_chain(identity.certificate, identity.key)
    return context


def _common_name(connection: ssl.SSLSocket) -> str:
    certificate = connection.getpeercert() or {}
    subject: Any = certificate.get("subject", ())
    names = [value for part in subject for key, value in part if key == "commonName"]
    return names[0] if len(names) == 1 else ""
