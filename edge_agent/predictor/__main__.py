"""`python -m edge_agent.predictor --state DIR --runtime NAME`: answer scans.

Ends when the pipe closes. Speaks only to its supervisor. The model is loaded once, at
the start.
"""

import sys
from pathlib import Path

from edge_agent.installed_runtimes import checked_wish
from edge_agent.predictor.loaded_model import load_model_in_use
from edge_agent.predictor.scan_reader import read_scan
from edge_agent.predictor.wire import frame, read_task


def main() -> None:
    """Answer every task on standard input."""
    in_use = load_model_in_use(Path(_told("--state")), checked_wish(_told("--runtime")))
    while (task := read_task(sys.stdin.buffer)) is not None:
        sys.stdout.buffer.write(frame(read_scan(task, in_use)))
        sys.stdout.buffer.flush()


def _told(option: str) -> str:
    return sys.argv[sys.argv.index(option) + 1]


if __name__ == "__main__":
    main()
