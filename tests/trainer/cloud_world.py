"""A real cloud workspace with a real Mosquitto, on ports of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from protocols.identifiers import parse_address
from tests.trainer.waiting import wait_until
from trainer.identity.enrolment import Enrolment, enrol
from trainer.new_workspace import create_workspace
from trainer.settings import CloudSettings, Endpoint, RelocaliserSettings
from trainer.workspace import ClientFiles, Workspace

QUICK = RelocaliserSettings(quiet_s=0.1, max_wait_s=1.0, check_interval_s=0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make_workspace(root: Path) -> Workspace:
    settings = CloudSettings(
        broker=Endpoint(port=free_port()),
        updates=Endpoint(port=free_port()),
        relocaliser=QUICK,
    )
    return create_workspace(root, settings)


def broker_program() -> str:
    return shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin") or ""


class Cloud:
    """A workspace, its broker, and whatever else a test starts."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.workspace = make_workspace(root / "cloud")
        self._broker: subprocess.Popen[bytes] | None = None
        self._programs: list[subprocess.Popen[bytes]] = []

    def start_broker(self) -> None:
        """Start Mosquitto and wait until it listens."""
        configuration = self.workspace.broker / "mosquitto.conf"
        with (self.root / "broker.log").open("ab") as log:
            self._broker = subprocess.Popen(
                [broker_program(), "-c", str(configuration)], stderr=log
            )
        wait_until(self._broker_listens, "the broker to listen")

    def stop_broker(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End Mosquitto with a signal."""
        if self._broker is not None:
            self._broker.send_signal(number)
            self._broker.wait(10)
            self._broker = None

    def start(self, name: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a Python program and keep what it logs in `name`.log."""
        with self.log_of(name).open("ab") as log:
            program = subprocess.Popen([sys.executable, *arguments], stderr=log)
        self._programs.append(program)
        return program

    def start_ingest(
        self, name: str = "ingest", *options: str
    ) -> subprocess.Popen[bytes]:
        """Start `terroir ingest` and wait until it is connected."""
        said = self.said(name).count("ingest is connected")
        settings = str(self.workspace.root)
        arguments = ["-m", "trainer", "ingest", "--settings", settings, *options]
        program = self.start(name, arguments)
        wait_until(
            lambda: self.said(name).count("ingest is connected") > said,
            "ingest to connect",
        )
        return program

    def log_of(self, name: str) -> Path:
        """Return where a program's log goes."""
        return self.root / f"{name}.log"

    def said(self, name: str) -> str:
        """Return what a program has logged."""
        path = self.log_of(name)
        return path.read_text() if path.exists() else ""

    def close(self) -> None:
        """End everything that was started."""
        for program in self._programs:
            program.terminate()
        for program in self._programs:
            program.wait(10)
        self.stop_broker()

    def enrol(self, address: str) -> ClientFiles:
        """Enrol a device once, and return what it connects with."""
        folder = self.root / "devices" / address.replace("/", "-")
        if not folder.exists():
            enrol(self.workspace, Enrolment(parse_address(address)), folder)
        return ClientFiles(
            folder / "authority.pem", folder / "device.pem", folder / "device.key"
        )

    def _broker_listens(self) -> bool:
        port = self.workspace.settings.broker.port
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0
