"""Serves a folder over real HTTP or HTTPS on a free port while a test runs."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.simulators.certificates import Authority


class _QuietHandler(SimpleHTTPRequestHandler):
    """Says nothing of requests on the terminal."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(folder: Path, authority: Authority | None = None) -> Iterator[str]:
    """Serve `folder` and yield its address; with an authority, over mutual TLS."""
    handler = partial(_QuietHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    scheme = "http"
    if authority is not None:
        scheme = "https"
        context = _server_context(authority)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _server_context(authority: Authority) -> ssl.SSLContext:
    files = authority.issue("update-server", "update-server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(files.certificate, files.key)
    context.load_verify_locations(authority.path)
    context.verify_mode = ssl.CERT_REQUIRED
    return context
