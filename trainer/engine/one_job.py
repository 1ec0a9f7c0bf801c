"""Do one task on one thread, and turn whatever goes wrong into a reason."""

import time
import traceback
from dataclasses import dataclass
from typing import Generic

from threadpoolctl import threadpool_limits

from trainer.engine.job import Answer, Done, Failed, Job, Outcome, Shared, Task, Work

LONGEST_REASON = 500


@dataclass(frozen=True, eq=False)
class Answered(Generic[Answer]):
    """What a task came to, on its way back from where it was done."""

    answer: Answer
    seconds: float


@dataclass(frozen=True)
class Refused:
    """Why a task came to nothing."""

    reason: str
    traceback: str


Report = Answered[Answer] | Refused


def do_one(work: Work[Shared, Task, Answer], task: Task) -> Report[Answer]:
    """Return the task's answer, or why there is none."""
    started = time.perf_counter()
    try:
        # Small matrices only wait for a second thread.
        with threadpool_limits(1):
            answer = work.do(work.shared, task)
    except Exception as error:  # noqa: BLE001 - the rest go on; its traceback is kept
        return refusal_of(error)
    return Answered(answer, time.perf_counter() - started)


def refusal_of(error: Exception) -> Refused:
    """Return an error as one line, and its traceback."""
    text = " ".join(str(error).split())
    reason = f"{type(error).__name__}: {text}"[:LONGEST_REASON]
    return Refused(reason, "".join(traceback.format_exception(error)))


def outcome_of(job: Job[Task], report: Report[Answer]) -> Outcome[Task, Answer]:
    """Return the report under its job's name."""
    if isinstance(report, Refused):
        return Failed(job, report.reason, report.traceback)
    return Done(job, report.answer, report.seconds)
