"""A device as it comes out of its enrolment: a folder with settings and certificates.

Runs the agent as a real process and asks its journal from outside.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from edge_agent.journal.journal import open_journal_read_only
from edge_agent.journal.summary import JournalSummary, summarise
from edge_agent.settings import AgentSettings, read_settings
from protocols.encoding import decode
from protocols.messages import Message
from tests.simulators.certificates import Authority
from tests.simulators.waiting import wait_until

NOWHERE = "http://127.0.0.1:9"
ADDRESS = "acme/home-farm/scanner-1"

SETTINGS = """\
address = "{address}"
log_level = "debug"
[broker]
host = "127.0.0.1"
port = {port}
authority = "{authority}"
certificate = "{certificate}"
key = "{key}"
first_retry_s = 0.05
longest_retry_s = 0.2
connect_timeout_s = 3.0
[updates]
metadata_url = "{repository}/metadata/"
targets_url = "{repository}/targets/"
trusted_root = "root.json"
check_at_start = {check_at_start}
request_timeout_s = 3.0
[instrument]
maker = "Simulated"
model = "Replay"
serial = "1"
[folders]
inbox = "inbox"
state = "state"
[outbox]
receipt_timeout_s = {receipt_timeout_s}
[predictor]
idle_s = {idle_s}
scan_timeout_s = {scan_timeout_s}
"""


@dataclass(frozen=True)
class Enrolment:
    """What a device is told when it is enrolled."""

    address: str = ADDRESS
    port: int = 9
    repository: str = NOWHERE
    root: bytes = b"{}"
    receipt_timeout_s: float = 1.0
    idle_s: float = 60.0
    looks_for_models: bool = True
    scan_timeout_s: float = 30.0


@dataclass
class EnrolledDevice:
    """A device's folder, and its agent when it runs."""

    folder: Path
    authority: Authority
    enrolment: Enrolment = field(default_factory=Enrolment)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        """Write the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.inbox.mkdir(exist_ok=True)
        self.state.mkdir(exist_ok=True)
        told = self.enrolment
        files = self.authority.issue(told.address, told.address.replace("/", "_"))
        (self.folder / "root.json").write_bytes(told.root)
        self.settings_path.write_text(
            SETTINGS.format(
                address=told.address,
                port=told.port,
                authority=self.authority.path,
                certificate=files.certificate,
                key=files.key,
                repository=told.repository,
                receipt_timeout_s=told.receipt_timeout_s,
                idle_s=told.idle_s,
                check_at_start=str(told.looks_for_models).lower(),
                scan_timeout_s=told.scan_timeout_s,
            )
        )

    @property
    def settings_path(self) -> Path:
        """The device's settings file."""
        return self.folder / "agent.toml"

    @property
    def settings(self) -> AgentSettings:
        """The device's settings."""
        return read_settings(self.settings_path, {})

    @property
    def inbox(self) -> Path:
        """Where scans are dropped."""
        return self.folder / "inbox"

    @property
    def state(self) -> Path:
        """Where the agent keeps everything."""
        return self.folder / "state"

    @property
    def log(self) -> str:
        """What the agent has logged so far."""
        path = self.folder / "agent.log"
        return path.read_text() if path.exists() else ""

    def start(self, runner: Sequence[str] = ("-m", "edge_agent")) -> None:
        """Start the agent as a process of its own."""
        command = [sys.executable, *runner, "--settings", str(self.settings_path)]
        with (self.folder / "agent.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the agent and return its exit code."""
        if self.process is None:
            return 0
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, how)
        code = self.process.wait(10)
        self.process = None
        return code

    def summary(self) -> JournalSummary:
        """Return the journal in numbers; zeros before there is one."""
        journal = open_journal_read_only(self.settings.journal_path)
        if journal is None:
            return JournalSummary()
        with contextlib.closing(journal):
            return summarise(journal)

    def records(self, kind: str) -> list[Message]:
        """Return the journal's records of one kind, oldest first."""
        journal = open_journal_read_only(self.settings.journal_path)
        if journal is None:
            return []
        with contextlib.closing(journal):
            rows = journal.connection.execute(
                "SELECT body FROM records WHERE kind = ? ORDER BY seq", (kind,)
            ).fetchall()
        return [decode(row[0]) for row in rows]

    def wait_for_scans(self, count: int) -> None:
        """Wait until the journal holds so many scans and the inbox none."""
        wait_until(
            lambda: self.summary().scans >= count and not any(self.inbox.glob("*.csv")),
            f"{count} scans in the journal; the agent said: {self.log[-3000:]}",
        )


@contextlib.contextmanager
def running(device: EnrolledDevice) -> Iterator[EnrolledDevice]:
    """Run the agent of `device` for a while."""
    device.start()
    try:
        yield device
    finally:
        device.end()
