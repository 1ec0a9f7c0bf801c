"""The watched folder: tells that something arrived, not what.

Whoever listens lists the folder itself, which also finds what came while nobody
watched. Uses inotify where the kernel has it, else looks every second. A file is
complete when it is closed or renamed into the folder; names with a leading dot are
still being written, except the doorbell.
"""

import ctypes
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

from edge_agent.event_loop import READ, EventLoop

DOORBELL = ".doorbell"
"""Touched by other commands of the device to say that the journal has grown."""

IN_CLOSE_WRITE = 0x0008
IN_MOVED_TO = 0x0080
IN_FLAGS = os.O_NONBLOCK | os.O_CLOEXEC
POLL_S = 1.0
LOOK_ANYWAY_S = 300.0
MAX_EVENT_BYTES = 65_536

logger = logging.getLogger(__name__)


def ring_doorbell(inbox: Path) -> None:
    """Wake the agent that watches `inbox`, if one runs."""
    with (inbox / DOORBELL).open("wb"):
        pass


class InboxWatch:
    """Calls back when the inbox may hold something new."""

    def __init__(
        self, loop: EventLoop, inbox: Path, on_change: Callable[[], None]
    ) -> None:
        self._on_change = on_change
        self._loop = loop
        self._descriptor = open_inotify(inbox)
        self._interval_s = POLL_S if self._descriptor is None else LOOK_ANYWAY_S
        self._due_at = time.monotonic() + self._interval_s
        if self._descriptor is not None:
            loop.watch(self._descriptor, READ, self._take_events)

    def due_at(self) -> float:
        """Return when to look even if nothing was heard."""
        return self._due_at

    def work(self, now: float) -> None:
        """Look even if nothing was heard."""
        self._due_at = now + self._interval_s
        self._on_change()

    def close(self) -> None:
        """Stop watching."""
        if self._descriptor is not None:
            self._loop.forget(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None

    def _take_events(self) -> None:
        if self._descriptor is not None:
            os.read(self._descriptor, MAX_EVENT_BYTES)
            self._on_change()


def open_inotify(folder: Path) -> int | None:
    """Return a descriptor that becomes readable when files arrive in `folder`."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        descriptor = libc.inotify_init1(IN_FLAGS)
    except (OSError, AttributeError):
        descriptor = -1
    if descriptor < 0:
        logger.warning("no inotify here, looking into %s every second", folder)
        return None
    wanted = IN_CLOSE_WRITE | IN_MOVED_TO
    if libc.inotify_add_watch(descriptor, os.fsencode(folder), wanted) < 0:
        os.close(descriptor)
        reason = os.strerror(ctypes.get_errno())
        logger.warning("cannot watch %s (%s), looking every second", folder, reason)
        return None
    return int(descriptor)
