"""The agent, ending itself by SIGKILL at the Nth step that touches its data.

A step is an SQL statement about to run, a file about to be removed or renamed, or a
process about to be started: `python kill_at_step.py N --settings FILE`.
"""

import os
import signal
import sqlite3
import sys
from pathlib import Path
from sqlite3 import Connection as Database

from edge_agent.__main__ import main

FILE_EVENTS = ("os.remove", "os.rename", "subprocess.Popen")


class Countdown:
    """Counts steps and ends the process at the last one."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def step(self, *_: object) -> None:
        """Count one step."""
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(self, event: str, _arguments: tuple[object, ...]) -> None:
        """Take what the interpreter says it is about to do."""
        if event in FILE_EVENTS:
            self.step()

    def connect(self, path: Path, timeout_s: float, isolation_level: None) -> Database:
        """Open a database whose statements are steps."""
        database = Database(path, timeout_s, isolation_level=isolation_level)
        database.set_trace_callback(self.step)
        return database


if __name__ == "__main__":
    countdown = Countdown(int(sys.argv[1]))
    sys.addaudithook(countdown.hear)
    sqlite3.connect = countdown.connect  # type: ignore[assignment]  # counts statements
    sys.exit(main(["run", *sys.argv[2:]]))
