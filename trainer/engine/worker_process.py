"""One process of many, as the one that hands out work sees it."""

from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Generic

from trainer.engine.job import Answer, Job, Task
from trainer.engine.one_job import Report
from trainer.engine.worker import READY, serve
from trainer.errors import EngineError

STOP_WITHIN_S = 5.0


class WorkerDiedError(Exception):
    """The process is gone, and what it was at with it."""


class WorkerProcess(Generic[Task, Answer]):
    """A spawned process, and the job that it is at."""

    def __init__(self, folder: Path) -> None:
        context = get_context("spawn")
        self.pipe: Connection
        self.pipe, theirs = context.Pipe()
        # One that outlives who started it would hold memory for nobody.
        self._process = context.Process(
            target=serve, args=(theirs, folder), daemon=True
        )
        self._process.start()
        theirs.close()
        self._is_ready = False
        self.job: Job[Task] | None = None

    def give(self, job: Job[Task]) -> None:
        """Hand over a job; it begins once the process is ready."""
        self.job = job
        # One that died idle says so when it is read from.
        with suppress(BrokenPipeError, ConnectionResetError):
            self.pipe.send(job.task)

    def report(self) -> Report[Answer] | None:
        """Return what has come through the pipe, None for no more than readiness."""
        try:
            found = self.pipe.recv()
        except (EOFError, ConnectionResetError) as error:
            self._process.join(STOP_WITHIN_S)
            raise WorkerDiedError(_end_of(self._process.exitcode)) from error
        if self._is_ready:
            report: Report[Answer] = found
            return report
        if found != READY:
            raise EngineError(
                "expected a process that can load what its jobs share, found an error "
                f"in it; correct what is shared:\n{found}"
            )
        self._is_ready = True
        return None

    @property
    def died_early(self) -> bool:
        """Whether it ended before it could do anything."""
        return not self._is_ready

    def stop(self) -> None:
        """End the process, whatever it is at."""
        if self.job is not None:
            self._process.terminate()
        self.pipe.close()
        self._process.join(STOP_WITHIN_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


def _end_of(code: int | None) -> str:
    if code is not None and code < 0:
        return f"killed by signal {-code}"
    return f"ended with code {code}"
