"""What runs in a process of its own: load what is shared, then one task after another.

Nothing heavy is imported before the process has been told to use one thread; numerical
libraries read that once, when they are loaded.
"""

import os
import signal
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trainer.engine.job import Work

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
READY = "ready"


def serve(pipe: Connection, folder: Path) -> None:
    """Answer every task that comes through `pipe`, until it is closed.

    The first word is READY, or the traceback of why what is shared cannot be loaded.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who handed out work
    for name in THREADS:
        os.environ[name] = "1"
    from trainer.engine.mapped_arrays import load_mapped  # noqa: PLC0415 - loads numpy

    try:
        work = load_mapped(folder)
    except Exception:  # noqa: BLE001 - told whole to who started this process
        pipe.send(traceback.format_exc())
        return
    pipe.send(READY)
    while _answer_next(pipe, work):
        pass


def _answer_next(pipe: Connection, work: "Work[Any, Any, Any]") -> bool:
    from trainer.engine.one_job import do_one, refusal_of  # noqa: PLC0415 - loads numpy

    try:
        task = pipe.recv()
    except EOFError:
        return False
    except Exception as error:  # noqa: BLE001 - a task of a type not known here
        pipe.send(refusal_of(error))
        return True
    report = do_one(work, task)
    try:
        pipe.send(report)
    except Exception as error:  # noqa: BLE001 - an answer that no pickle can hold
        pipe.send(refusal_of(error))
    return True
