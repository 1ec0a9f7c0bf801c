"""The updater as the supervisor sees it: a process that lives for one refresh.

Started on start, on order and every so often; says what became of it on its standard
output; is killed when it takes too long. One at a time: an order that comes meanwhile
is followed by another refresh.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from edge_agent.event_loop import READ, EventLoop
from edge_agent.settings import UpdateSettings
from edge_agent.updates.outcome import UpdateResult

CHUNK_BYTES = 65_536
MOST_OUTPUT_BYTES = 262_144
RETRY_S = 60.0

logger = logging.getLogger(__name__)


@dataclass
class Refresh:
    """An updater at work."""

    process: subprocess.Popen[bytes]
    is_ordered: bool
    output: bytearray


class UpdaterChild:
    """Looks for a better model from time to time and when asked."""

    def __init__(
        self,
        loop: EventLoop,
        settings_path: Path,
        settings: UpdateSettings,
        on_result: Callable[[UpdateResult, bool], None],
    ) -> None:
        self._loop = loop
        self._command = command_for(settings_path)
        self._settings = settings
        self._on_result = on_result
        self._refresh: Refresh | None = None
        self._is_ordered = False
        first_s = 0.0 if settings.check_at_start else settings.check_interval_s
        self._due_at = time.monotonic() + first_s

    def due_at(self) -> float:
        """Return when to look again, or when a refresh has taken too long."""
        return self._due_at

    def work(self, now: float) -> None:
        """Look for a better model, or end a look that takes too long."""
        if self._refresh is None:
            self._start(now)
        else:
            logger.warning("looking for a model took too long, ending it")
            self._refresh.process.kill()
            self._due_at = float("inf")

    def order(self) -> None:
        """Look now, and say what became of it even if nothing is new."""
        self._is_ordered = True
        if self._refresh is None:
            self._due_at = 0.0

    def close(self) -> None:
        """End the process, if there is one."""
        if self._refresh is not None:
            self._refresh.process.kill()
            self._finish(self._refresh)

    def _start(self, now: float) -> None:
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                process_group=0,
            )
        except OSError as error:
            logger.warning("cannot look for a model: %s", error)
            self._due_at = now + RETRY_S
            return
        self._refresh = Refresh(process, self._is_ordered, bytearray())
        self._is_ordered = False
        self._due_at = now + self._settings.refresh_timeout_s
        self._loop.watch(_output_of(process), READ, self._read)

    def _read(self) -> None:
        refresh = self._refresh
        if refresh is None:
            return
        data = os.read(_output_of(refresh.process), CHUNK_BYTES)
        if data and len(refresh.output) < MOST_OUTPUT_BYTES:
            refresh.output += data
            return
        code = self._finish(refresh)
        self._refresh = None
        pause_s = 0.0 if self._is_ordered else self._settings.check_interval_s
        self._due_at = time.monotonic() + pause_s
        self._on_result(_result_in(bytes(refresh.output), code), refresh.is_ordered)

    def _finish(self, refresh: Refresh) -> int:
        self._loop.forget(_output_of(refresh.process))
        if refresh.process.stdout is not None:
            refresh.process.stdout.close()
        refresh.process.kill()
        return refresh.process.wait()


def command_for(settings_path: Path) -> list[str]:
    """Return the command line of the updater."""
    module = "edge_agent.updates"
    return [sys.executable, "-m", module, "--settings", str(settings_path)]


def _result_in(output: bytes, code: int) -> UpdateResult:
    try:
        return msgspec.json.decode(output, type=UpdateResult)
    except msgspec.MsgspecError:
        detail = f"the updater ended with code {code} and said nothing"
        was_ours = code == -signal.SIGKILL
        return UpdateResult(
            outcome="unreachable" if was_ours else "refused", detail=detail
        )


def _output_of(process: subprocess.Popen[bytes]) -> int:
    if process.stdout is None:
        raise RuntimeError("expected the updater to have been started with a pipe")
    return process.stdout.fileno()
