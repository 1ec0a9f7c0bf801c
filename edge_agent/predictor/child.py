"""The predictor as the supervisor sees it: a process that may crash, hang or idle.

Started when a scan waits, ended when idle or when another model is active. One scan at
a time. Whatever happens to the process, exactly one of the two callbacks is called for
every scan asked.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

import msgspec

from edge_agent.active_model import ACTIVE
from edge_agent.event_loop import READ, WRITE, EventLoop
from edge_agent.installed_runtimes import AUTO, RuntimeWish
from edge_agent.predictor.wire import ScanAnswer, ScanTask, frame, take_answer
from edge_agent.settings import PredictorSettings
from protocols.errors import ProtocolError

CHUNK_BYTES = 65_536
GRACE_S = 2.0
NEVER = float("inf")
BAD_ANSWER = (msgspec.MsgspecError, ValueError, ProtocolError)

ModelStamp = tuple[int, int]

logger = logging.getLogger(__name__)


class Listener(Protocol):
    """Who asked, and hears what became of it."""

    def on_answer(self, answer: ScanAnswer) -> None:
        """Take the answer to the scan asked last."""
        ...

    def on_lost(self, reason: str) -> None:
        """Learn that the process ended before it answered."""
        ...


class PredictorChild:
    """At most one predictor process, and the scan it works on."""

    def __init__(
        self,
        loop: EventLoop,
        state: Path,
        settings: PredictorSettings,
        command: Sequence[str],
    ) -> None:
        self._loop = loop
        self._active = state / ACTIVE
        self._command = tuple(command)
        self._model: ModelStamp | None = None
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._to_write = bytearray()
        self._received = bytearray()
        self._listener: Listener | None = None
        self._deadline = NEVER

    @property
    def is_busy(self) -> bool:
        """Whether a scan is being worked on."""
        return self._listener is not None

    @property
    def is_running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None

    def ask(self, task: ScanTask, listener: Listener) -> None:
        """Have a scan read; the listener hears of it later."""
        if self._model != _stamp_of(self._active):
            self.end()
        process = self._process or self._start()
        self._listener = listener
        self._deadline = time.monotonic() + self._settings.scan_timeout_s
        self._to_write += frame(task)
        self._loop.watch(_writing_end(process), WRITE, self._write)

    def due_at(self) -> float:
        """Return when the process has thought or idled too long."""
        return self._deadline

    def work(self, now: float) -> None:
        """End a process that hangs or idles."""
        del now
        if self._listener is None:
            logger.debug("the predictor has been idle, ending it")
            self.end()
        else:
            waited_s = self._settings.scan_timeout_s
            self._lose(f"gave no answer within {waited_s:g} s")

    def end(self) -> None:
        """End the process; a scan under way is not answered any more."""
        self._listener = None
        self._close(kill=False)

    def _start(self) -> subprocess.Popen[bytes]:
        self._model = _stamp_of(self._active)
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,
        )
        self._process = process
        os.set_blocking(_writing_end(process), False)
        os.set_blocking(_reading_end(process), False)
        self._loop.watch(_reading_end(process), READ, self._read)
        return process

    def _write(self) -> None:
        if self._process is None:
            return
        pipe = _writing_end(self._process)
        try:
            written = os.write(pipe, self._to_write[:CHUNK_BYTES])
        except BlockingIOError:
            return
        except OSError:
            self._to_write.clear()
            self._loop.forget(pipe)
            return
        del self._to_write[:written]
        if not self._to_write:
            self._loop.forget(pipe)

    def _read(self) -> None:
        if self._process is None:
            return
        data = os.read(_reading_end(self._process), CHUNK_BYTES)
        if not data:
            self._lose("ended")
            return
        self._received += data
        try:
            answer = take_answer(self._received)
        except BAD_ANSWER as error:
            self._lose(f"gave an answer that cannot be read: {error}")
            return
        if answer is not None:
            self._tell(answer)

    def _tell(self, answer: ScanAnswer) -> None:
        listener, self._listener = self._listener, None
        self._deadline = time.monotonic() + self._settings.idle_s
        if listener is not None:
            listener.on_answer(answer)

    def _lose(self, what: str) -> None:
        listener, self._listener = self._listener, None
        code = self._close(kill=True)
        if listener is not None:
            listener.on_lost(f"{what} ({_describe(code)})")

    def _close(self, *, kill: bool) -> int:
        """End the process, wait for it and give back its pipes."""
        process, self._process = self._process, None
        self._to_write.clear()
        self._received.clear()
        self._deadline = NEVER
        if process is None:
            return 0
        self._loop.forget(_writing_end(process))
        self._loop.forget(_reading_end(process))
        code = process.poll()
        _pipe(process.stdin).close()
        if code is None:
            code = _reap(process, kill=kill)
        _pipe(process.stdout).close()
        return code


def command_for(state: Path, runtime: RuntimeWish = AUTO) -> list[str]:
    """Return the command line of the predictor."""
    program = [sys.executable, "-m", "edge_agent.predictor"]
    return [*program, "--state", str(state), "--runtime", runtime]


def _stamp_of(path: Path) -> ModelStamp | None:
    """Return what changes whenever another file takes this name."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_ino, found.st_mtime_ns)


def _reap(process: subprocess.Popen[bytes], *, kill: bool) -> int:
    """Wait for a process that has lost its input, in the end by force."""
    try:
        return process.wait(0.1 if kill else GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _describe(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("expected the predictor to have been started with pipes")
    return pipe


def _writing_end(process: subprocess.Popen[bytes]) -> int:
    return _pipe(process.stdin).fileno()


def _reading_end(process: subprocess.Popen[bytes]) -> int:
    return _pipe(process.stdout).fileno()
