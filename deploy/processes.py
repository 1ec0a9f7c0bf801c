"""Programs started side by side, watched, and always ended.

Each program runs in a process group of its own, so that Ctrl-C reaches only whoever
started it; that one ends them all, youngest first. Its output goes to a log file, which
is also how one waits until it is ready.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

POLL_S = 0.02
GRACE_S = 5.0
TAIL_CHARACTERS = 2_000


class ProgramError(Exception):
    """A program ended, or did not become ready, when it should have."""


@dataclass(frozen=True)
class Program:
    """One running program and where it writes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        """Return all that the program has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def check_alive(self) -> None:
        """Raise a ProgramError with the end of the log if the program has ended."""
        code = self.process.poll()
        if code is not None:
            tail = self.said()[-TAIL_CHARACTERS:]
            raise ProgramError(
                f"expected {self.name} to go on running, found exit code {code}; "
                f"the end of {self.log}:\n{tail}"
            )

    def kill(self) -> None:
        """End the program as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ask the program to end, and kill it if it does not."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Programs:
    """Every program of one world; a context that ends them all."""

    def __init__(self, logs: Path) -> None:
        """Keep the programs' logs in the folder `logs`."""
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._running: dict[str, Program] = {}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End every program, youngest first."""
        for program in reversed(self._running.values()):
            program.stop()

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str] | None = None,
    ) -> Program:
        """Start a program; one that had the same name before is forgotten."""
        log = self._logs / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, **(environment or {})},
            )
        self._running.pop(name, None)
        self._running[name] = Program(name, process, log)
        return self._running[name]

    def kill(self, name: str) -> None:
        """End one program as a power cut would, and forget it."""
        self._running.pop(name).kill()

    def stop(self, name: str) -> None:
        """Ask one program to end, and forget it."""
        self._running.pop(name).stop()

    def check_alive(self) -> None:
        """Raise a ProgramError if any program has ended."""
        for program in self._running.values():
            program.check_alive()


def wait_until(
    claim: Callable[[], bool],
    what: str,
    *,
    within_s: float,
    every_s: float = POLL_S,
    while_waiting: Callable[[], None] = lambda: None,
) -> None:
    """Return once `claim` holds; a ProgramError names `what` if it does not in time."""
    deadline = time.monotonic() + within_s
    while not claim():
        while_waiting()
        if time.monotonic() > deadline:
            raise ProgramError(
                f"expected {what} within {within_s:g} s, found it is not"
            )
        time.sleep(every_s)


def accepts_connections(port: int) -> bool:
    """Return whether something listens on this machine's `port`."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """Return a port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
