"""A real Mosquitto with mutual TLS, as the fleet's broker is configured.

Certificate name is user name and client id; a device may write and read only below its
own name.
"""

import contextlib
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from tests.simulators.certificates import Authority
from tests.simulators.waiting import wait_until

CLOUD = "cloud-ingest"
ACL = """\
user cloud-ingest
topic readwrite terroir/v1/#
topic read $SYS/#

pattern write terroir/v1/%u/birth
pattern write terroir/v1/%u/death
pattern write terroir/v1/%u/scan
pattern write terroir/v1/%u/reading
pattern write terroir/v1/%u/label
pattern write terroir/v1/%u/report
pattern read terroir/v1/%u/receipt
pattern read terroir/v1/%u/order
"""


class Broker:
    """A broker that can be stopped, killed and started again on the same port."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self._configuration = folder / "mosquitto.conf"
        server = authority.issue("broker", "broker")
        (folder / "acl").write_text(ACL)
        (folder / "acl").chmod(0o600)
        self._configuration.write_text(
            f"listener {self.port} 127.0.0.1\n"
            f"cafile {authority.path}\n"
            f"certfile {server.certificate}\n"
            f"keyfile {server.key}\n"
            "tls_version tlsv1.3\n"
            "require_certificate true\n"
            "use_identity_as_username true\n"
            "use_username_as_clientid true\n"
            "allow_anonymous false\n"
            f"acl_file {folder / 'acl'}\n"
            "set_tcp_nodelay true\n"
            "persistence false\n"
            "user root\n"
        )
        self._log = folder / "mosquitto.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until connections are taken."""
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin")
        if program is None:
            raise RuntimeError("expected mosquitto to be installed; run make setup")
        with self._log.open("ab") as log:
            command = [program, "-c", str(self._configuration)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(lambda: is_listening(self.port), "the broker listening")

    def kill(self) -> None:
        """End it without a chance to say or write anything."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(10)
            self._process = None


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def is_listening(port: int) -> bool:
    """Whether somebody takes connections on `port`."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False
