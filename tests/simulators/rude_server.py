"""An HTTP server that is as rude as a test asks: endless, silent or broken off."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

Manner = Literal["endless", "silent", "broken off", "nonsense"]

CHUNK = b"x" * 65_536
LOOK_S = 0.05


@contextmanager
def rude_server(manner: Manner) -> Iterator[str]:
    """Yield the address of a server with these manners."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(LOOK_S)
        thread = threading.Thread(target=_serve, args=(listener, manner, done))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            done.set()
            thread.join()


def _serve(listener: socket.socket, manner: Manner, done: threading.Event) -> None:
    while not done.is_set():
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                _answer(connection, manner, done)


def _answer(connection: socket.socket, manner: Manner, done: threading.Event) -> None:
    connection.settimeout(1.0)
    connection.recv(4096)
    if manner == "nonsense":
        connection.sendall(b"\x00\x01 this is no HTTP\r\n\r\n")
    elif manner == "broken off":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nhalf")
    elif manner == "endless":
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not done.is_set():
            connection.sendall(CHUNK)
    else:
        done.wait(5.0)
