"""A whole Terroir on this machine: authority, broker, cloud and devices, all real.

The demonstration and the end-to-end tests live in it. Every part is a process of its
own, started with the same commands an operator types, on free ports of this machine.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.processes import (
    Program,
    ProgramError,
    Programs,
    accepts_connections,
    free_port,
    wait_until,
)

START_WITHIN_S = 60.0
QUIET_S = 0.3
"""How long no label may come before a farm is refitted: a laboratory sends batches."""

CLOUD = (sys.executable, "-m", "trainer")
EDGE = (sys.executable, "-m", "edge_agent")


def run_command(*command: object) -> str:
    """Run one command to its end and return what it printed."""
    words = [str(word) for word in command]
    result = subprocess.run(words, capture_output=True, text=True, check=False)
    if result.returncode:
        raise ProgramError(
            f"expected `{' '.join(words)}` to succeed, found exit code "
            f"{result.returncode}:\n{result.stdout}{result.stderr}"
        )
    return result.stdout


def broker_program() -> str:
    """Return where Mosquitto is; Debian keeps it off an ordinary user's path."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if found is None:
        raise ProgramError(
            "expected the Mosquitto broker, found none; run `make setup` or install "
            "the package mosquitto"
        )
    return found


@dataclass(frozen=True)
class Device:
    """One enrolled device, seen through its own commands."""

    settings: Path

    @property
    def inbox(self) -> Path:
        """Where its instrument drops scan files."""
        return self.settings.parent / "inbox"

    @property
    def state(self) -> Path:
        """Where it keeps its journal and models."""
        return self.settings.parent / "state"

    @property
    def journal(self) -> Path:
        """Its journal's database."""
        return self.state / "journal.sqlite"

    def ask(self, command: str, *words: str | Path) -> str:
        """Run one `terroir-edge` command on this device."""
        return run_command(*EDGE, command, "--settings", self.settings, *words)

    def replay(self, table: Path, *, noise: float, seed: int) -> None:
        """Let the simulated spectrometer scan every soil of a table."""
        options = ("--noise", noise, "--seed", seed)
        run_command(*EDGE, "replay", "--scans", table, "--into", self.inbox, *options)

    def status(self) -> dict[str, Any]:
        """Return what `terroir-edge status --json` says."""
        status: dict[str, Any] = json.loads(self.ask("status", "--json"))
        return status

    def update(self) -> dict[str, Any]:
        """Look for a better model once and return what became of it, good or bad."""
        look = [*EDGE, "update", "--json", "--settings", str(self.settings)]
        answer = subprocess.run(look, capture_output=True, text=True, check=False)
        outcome: dict[str, Any] = json.loads(answer.stdout)
        return outcome

    def readings(self, since: int = 0) -> list[dict[str, Any]]:
        """Return the readings journalled after the record `since`."""
        lines = self.ask("readings", "--json", "--since-seq", str(since))
        return [json.loads(line) for line in lines.splitlines()]


class World:
    """A cloud and its devices in one folder."""

    def __init__(self, folder: Path, programs: Programs) -> None:
        """Choose free ports; nothing is started yet."""
        self.folder = folder
        self.programs = programs
        self.broker_port = free_port()
        self.updates_port = free_port()

    @property
    def cloud(self) -> Path:
        """The cloud's workspace."""
        return self.folder / "cloud"

    @property
    def settings(self) -> Path:
        """The cloud's settings file."""
        return self.cloud / "cloud.toml"

    @property
    def store_file(self) -> Path:
        """The cloud's sample store."""
        return self.cloud / "store.sqlite"

    @property
    def repository(self) -> Path:
        """The folder of the signed models, as it is served."""
        return self.cloud / "repository"

    @property
    def signing_keys(self) -> Path:
        """The folder of the keys that sign them."""
        return self.cloud / "signing-keys"

    def make_cloud(self) -> None:
        """Make the authority, the keys, the repository and the broker's files."""
        ports = ("--broker-port", self.broker_port, "--updates-port", self.updates_port)
        run_command(*CLOUD, "init", self.cloud, *ports)

    def enrol(self, address: str, instrument: str) -> Device:
        """Issue a device's certificate and settings."""
        folder = self.folder / "devices" / address.replace("/", "-")
        enrol = (*CLOUD, "device", "enrol", address, "--settings", self.settings)
        run_command(*enrol, "--into", folder, "--instrument", instrument)
        return Device(folder / "agent.toml")

    def start_broker(self) -> Program:
        """Start Mosquitto and wait until it listens."""
        configuration = self.cloud / "broker" / "mosquitto.conf"
        broker = self.programs.start("broker", [broker_program(), "-c", configuration])
        self._wait_for_port(broker, self.broker_port)
        return broker

    def start_repository(self) -> Program:
        """Start the model repository's server and wait until it listens."""
        server = self._start_cloud("repository", "repository", "serve")
        self._wait_for_port(server, self.updates_port)
        return server

    def start_ingest(self) -> Program:
        """Start ingest and wait until it is connected."""
        ingest = self._start_cloud("ingest", "ingest")
        self._wait_for_line(ingest, "ingest is connected")
        return ingest

    def start_relocaliser(self, library: Path) -> Program:
        """Start the relocaliser, which refits as soon as labels stop coming."""
        command = (*CLOUD, "relocalise", "--settings", self.settings)
        return self.programs.start(
            "relocaliser",
            (*command, "--library", library),
            {"TERROIR_CLOUD_RELOCALISER_QUIET_S": str(QUIET_S)},
        )

    def start_agent(self, device: Device) -> Program:
        """Start one device's agent."""
        name = f"agent-{device.settings.parent.name}"
        return self.programs.start(name, [*EDGE, "run", "--settings", device.settings])

    def store(self) -> dict[str, Any]:
        """Return what `terroir store show --json` says."""
        show = (*CLOUD, "store", "show", "--settings", self.settings, "--json")
        shown: dict[str, Any] = json.loads(run_command(*show))
        return shown

    def _start_cloud(self, name: str, *words: str | Path) -> Program:
        command = [*CLOUD, *words, "--settings", self.settings]
        return self.programs.start(name, command)

    def _wait_for_port(self, program: Program, port: int) -> None:
        wait_until(
            lambda: accepts_connections(port),
            f"{program.name} to listen on port {port}",
            within_s=START_WITHIN_S,
            while_waiting=program.check_alive,
        )

    def _wait_for_line(self, program: Program, line: str) -> None:
        wait_until(
            lambda: line in program.said(),
            f"{program.name} to say {line!r}",
            within_s=START_WITHIN_S,
            while_waiting=program.check_alive,
        )
