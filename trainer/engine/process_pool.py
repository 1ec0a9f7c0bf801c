"""Jobs in several processes; one that dies is replaced and its job tried once again."""

from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Generic

from trainer.engine.job import Answer, Failed, Job, Outcome, Shared, Task, Work
from trainer.engine.mapped_arrays import keep_mapped
from trainer.engine.one_job import outcome_of
from trainer.engine.worker_process import WorkerDiedError, WorkerProcess
from trainer.errors import EngineError

TRIES = 2


def do_in_processes(
    work: Work[Shared, Task, Answer], jobs: Iterable[Job[Task]], most: int
) -> Iterator[Outcome[Task, Answer]]:
    """Yield outcomes as they come from at most so many processes."""
    with TemporaryDirectory(prefix="terroir-") as name:
        folder = Path(name)
        keep_mapped(work, folder)
        pool: _ProcessPool[Task, Answer] = _ProcessPool(folder, most, jobs)
        try:
            yield from pool.outcomes()
        finally:
            pool.stop()


class _ProcessPool(Generic[Task, Answer]):
    """Processes, and what is left for them to do."""

    def __init__(self, folder: Path, most: int, jobs: Iterable[Job[Task]]) -> None:
        self._folder, self._most = folder, most
        self._jobs = iter(jobs)
        self._again: deque[Job[Task]] = deque()
        self._deaths: dict[str, int] = {}
        self._workers: list[WorkerProcess[Task, Answer]] = []

    def outcomes(self) -> Iterator[Outcome[Task, Answer]]:
        """Yield an outcome for every job."""
        while self._hand_out():
            busy = {worker.pipe: worker for worker in self._busy()}
            for pipe in wait(list(busy)):
                outcome = self._heard_from(busy[pipe])  # type: ignore[index] # what it was given
                if outcome is not None:
                    yield outcome

    def stop(self) -> None:
        """End all processes."""
        for worker in self._workers:
            worker.stop()

    def _busy(self) -> list[WorkerProcess[Task, Answer]]:
        return [worker for worker in self._workers if worker.job is not None]

    def _hand_out(self) -> bool:
        """Give every free process a job; return whether any is at work."""
        while len(self._busy()) < self._most:
            job = self._again.popleft() if self._again else next(self._jobs, None)
            if job is None:
                break
            self._free().give(job)
        return bool(self._busy())

    def _free(self) -> WorkerProcess[Task, Answer]:
        for worker in self._workers:
            if worker.job is None:
                return worker
        self._workers.append(WorkerProcess(self._folder))
        return self._workers[-1]

    def _heard_from(
        self, worker: WorkerProcess[Task, Answer]
    ) -> Outcome[Task, Answer] | None:
        job = worker.job
        if job is None:
            return None
        try:
            report = worker.report()
        except WorkerDiedError as error:
            return self._bury(worker, job, error)
        if report is None:
            return None
        worker.job = None
        return outcome_of(job, report)

    def _bury(
        self,
        worker: WorkerProcess[Task, Answer],
        job: Job[Task],
        error: WorkerDiedError,
    ) -> Failed[Task] | None:
        """Forget a dead process; let its job be tried again once."""
        self._workers.remove(worker)
        worker.stop()
        if worker.died_early:
            raise EngineError(
                f"expected a process to start, found it {error} before its first job; "
                "run it again in one process to see why"
            ) from error
        self._deaths[job.name] = self._deaths.get(job.name, 0) + 1
        if self._deaths[job.name] < TRIES:
            self._again.append(job)
            return None
        reason = (
            f"expected its process to live, found it {error} {TRIES} times, most often "
            "for lack of memory; run it again with fewer at once"
        )
        return Failed(job, reason, "")
