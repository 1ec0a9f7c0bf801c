"""Fit many folds by the engine, wherever it runs them; one that fails stops no other.

Each fit computes on one thread. A stopped run loses the fits under way, nothing that
was finished.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trainer.calibrations.calibration import Soils
from trainer.engine.engine import EngineChoice, do_jobs
from trainer.engine.job import Done, Failed, Job, Work
from trainer.evaluation.evaluation_run import FoldTask, fold_of
from trainer.evaluation.fold_fit import fit_fold
from trainer.evaluation.fold_result import FoldFailure, FoldResult
from trainer.evaluation.method_catalogue import calibration_of
from trainer.library.splits import Split

Outcome = FoldResult | FoldFailure


@dataclass(frozen=True, eq=False)
class FoldWork:
    """What every fit needs beside its task.

    Attributes:
        soils: All soils of the library.
        splits: One that all seeds share, or one a seed.
        interval_folds: Inner folds that intervals are made from, 0 for none.
    """

    soils: Soils
    splits: tuple[Split, ...]
    interval_folds: int


def do_tasks(
    work: FoldWork, tasks: Sequence[FoldTask], engine: EngineChoice
) -> Iterator[Outcome]:
    """Yield outcomes as they come; one at a time, in the order of the tasks."""
    jobs = (Job(repr(task), task) for task in tasks)
    for outcome in do_jobs(Work(do_task, work), jobs, engine):
        match outcome:
            case Done(answer=result):
                yield result
            case Failed(job=job):
                yield _failure(job.task, outcome)


def do_task(work: FoldWork, task: FoldTask) -> FoldResult:
    """Fit and judge one fold."""
    fold = fold_of(task, work.splits, work.soils.groups)
    calibration = calibration_of(task.method)
    return fit_fold(calibration, work.soils, fold, task, work.interval_folds)


def _failure(task: FoldTask, failed: Failed[FoldTask]) -> FoldFailure:
    return FoldFailure(
        method=task.method,
        seed=task.seed,
        fold=task.fold,
        training=task.training,
        reason=failed.reason,
        traceback=failed.traceback,
    )
