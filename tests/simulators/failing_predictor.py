"""The real predictor, except for soils that make it crash or hang.

`python failing_predictor.py --state DIR`: a sample called CRASH ends it by a real
SIGSEGV, one called HANG makes it wait for ever.
"""

import ctypes
import signal

from edge_agent.predictor import __main__ as predictor
from edge_agent.predictor.loaded_model import ModelInUse
from edge_agent.predictor.scan_reader import read_scan
from edge_agent.predictor.wire import ScanAnswer, ScanTask


def fail_or_read(task: ScanTask, in_use: ModelInUse) -> ScanAnswer:
    """Read a scan, unless it is one of the two."""
    if task.file.startswith("CRASH"):
        ctypes.string_at(0)
    if task.file.startswith("HANG"):
        signal.pause()
    return read_scan(task, in_use)


if __name__ == "__main__":
    predictor.read_scan = fail_or_read  # type: ignore[attr-defined]  # the one seam
    predictor.main()
