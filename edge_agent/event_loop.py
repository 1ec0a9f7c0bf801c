"""One selector loop: the whole supervisor waits in one place and wakes rarely.

Parts watch file descriptors and say when they next have something to do. Threads and
signals wake the loop through a pipe. Nothing here knows what the parts are for.
"""

import contextlib
import os
import selectors
import signal
import time
from collections.abc import Callable
from typing import Protocol

LONGEST_WAIT_S = 3600.0
READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE

Callback = Callable[[], None]


class Part(Protocol):
    """Something that the loop gives its turn."""

    def due_at(self) -> float:
        """Return the monotonic time of the next work, infinity for none."""
        ...

    def work(self, now: float) -> None:
        """Do what is due."""
        ...


class EventLoop:
    """Waits for descriptors, for due parts, for threads and for signals."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._parts: list[Part] = []
        self._is_stopping = False
        self._after_turn: Callback = _do_nothing
        self._wake_end, self._ring_end = os.pipe()
        os.set_blocking(self._wake_end, False)
        os.set_blocking(self._ring_end, False)
        self.watch(self._wake_end, READ, self._drain)

    def add(self, part: Part) -> None:
        """Give `part` its turns from now on."""
        self._parts.append(part)

    def after_each_turn(self, callback: Callback) -> None:
        """Call `callback` whenever something may have changed."""
        self._after_turn = callback

    def watch(self, descriptor: int, events: int, callback: Callback) -> None:
        """Call `callback` whenever `descriptor` is ready for `events`."""
        if descriptor in self._selector.get_map():
            self._selector.modify(descriptor, events, callback)
        else:
            self._selector.register(descriptor, events, callback)

    def forget(self, descriptor: int) -> None:
        """Stop watching `descriptor`, if it was watched."""
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(descriptor)

    def wake(self) -> None:
        """Make the loop take a turn now; safe from any thread."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._ring_end, b"\0")

    def stop(self) -> None:
        """Leave `run` after this turn."""
        self._is_stopping = True
        self.wake()

    def stop_on_signals(self) -> None:
        """Leave `run` on SIGTERM and on Ctrl-C."""
        signal.set_wakeup_fd(self._ring_end, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())

    def run(self) -> None:
        """Take turns until told to stop."""
        while not self._is_stopping:
            self.turn()

    def turn(self) -> None:
        """Do what is due, then wait for the next thing and handle it."""
        now = time.monotonic()
        for part in self._parts:
            if part.due_at() <= now:
                part.work(now)
        self._after_turn()
        due_at = min((part.due_at() for part in self._parts), default=float("inf"))
        wait_s = min(max(due_at - time.monotonic(), 0.0), LONGEST_WAIT_S)
        for key, _ in self._selector.select(0.0 if self._is_stopping else wait_s):
            current = self._selector.get_map().get(key.fd)
            if current is not None and current.data == key.data:
                key.data()

    def close(self) -> None:
        """Give back the descriptors."""
        with contextlib.suppress(ValueError):
            signal.set_wakeup_fd(-1)
        self._selector.close()
        os.close(self._wake_end)
        os.close(self._ring_end)

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_end, 4096)


def _do_nothing() -> None:
    """Stand in until somebody wants to hear of turns."""
