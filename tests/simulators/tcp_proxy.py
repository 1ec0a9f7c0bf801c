"""A network between device and broker that can be cut and mended."""

import contextlib
import select
import socket
import threading

CHUNK_BYTES = 65_536
LOOK_S = 0.05


class TcpProxy:
    """Passes connections on to a port, unless it is cut."""

    def __init__(self, target_port: int) -> None:
        self._target = ("127.0.0.1", target_port)
        self._is_cut = False
        self._is_closed = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def cut(self) -> None:
        """Break every connection and take no new one."""
        self._is_cut = True

    def mend(self) -> None:
        """Pass connections on again."""
        self._is_cut = False

    def close(self) -> None:
        """End everything."""
        self._is_closed = True
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while not self._is_closed:
            if not select.select([self._listener], [], [], LOOK_S)[0]:
                continue
            near, _ = self._listener.accept()
            thread = threading.Thread(target=self._pass_on, args=(near,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _pass_on(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError):
            if self._is_cut:
                return
            with socket.create_connection(self._target) as far:
                self._shovel(near, far)

    def _shovel(self, near: socket.socket, far: socket.socket) -> None:
        other = {near: far, far: near}
        while not (self._is_cut or self._is_closed):
            for ready in select.select([near, far], [], [], LOOK_S)[0]:
                data = ready.recv(CHUNK_BYTES)
                if not data:
                    return
                other[ready].sendall(data)
