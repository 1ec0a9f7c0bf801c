"""The one engine for many jobs: in this process, in several, or on a Ray cluster.

    work = Work(fit_farm, shared=knowledge)
    for outcome in do_jobs(work, jobs, EngineChoice(at_once=2)):
        match outcome:
            case Done(job, answer): ...
            case Failed(job, reason): ...

Outcomes come as they finish; in this process alone, in the order of the jobs. A job
that fails is told by name and stops no other. A process that is killed is replaced and
its job tried once again. Whoever stops early, by Ctrl-C too, loses the jobs under way
and nothing that came before. Jobs are drawn as there is room for them, so that there
may be any number. What is done runs on one thread a job.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from trainer.engine.job import Answer, Job, Outcome, Shared, Task, Work
from trainer.engine.one_job import do_one, outcome_of
from trainer.engine.process_pool import do_in_processes
from trainer.errors import EngineError

EngineKind = Literal["processes", "ray"]


@dataclass(frozen=True)
class EngineChoice:
    """Where jobs run and how many at once.

    Attributes:
        kind: Processes of this machine, or a Ray cluster.
        at_once: How many jobs at once; 0 for one a core of the machine or cluster. In
            processes, one is this process itself.
        ray_address: Where the cluster's head is, `HOST:PORT` or `ray://HOST:PORT`;
            empty starts a cluster of this machine alone.
    """

    kind: EngineKind = "processes"
    at_once: int = 1
    ray_address: str = ""

    def __post_init__(self) -> None:
        """Refuse a number of jobs that cannot be."""
        if self.at_once < 0:
            raise EngineError(
                f"expected 0 or more jobs at once, found {self.at_once}; 0 means one a "
                "core"
            )

    @property
    def workers(self) -> int:
        """How many jobs run at once; of a cluster whose size is open, a guess."""
        return self.at_once or len(os.sched_getaffinity(0))


def do_jobs(
    work: Work[Shared, Task, Answer],
    jobs: Iterable[Job[Task]],
    engine: EngineChoice = EngineChoice(),
) -> Iterator[Outcome[Task, Answer]]:
    """Yield the outcome of every job as it finishes."""
    if engine.kind == "ray":
        from trainer.engine.ray_cluster import do_on_ray  # noqa: PLC0415 - an extra

        return do_on_ray(work, jobs, engine.at_once, engine.ray_address)
    if engine.workers == 1:
        return (outcome_of(job, do_one(work, job.task)) for job in jobs)
    return do_in_processes(work, jobs, engine.workers)
