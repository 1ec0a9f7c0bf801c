"""Compare methods on soils held back: fit what is left to fit, then sum up.

This is the recipe that `terroir evaluate` runs; it reads top to bottom.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from trainer.engine.engine import EngineChoice
from trainer.evaluation.evaluation_result import Evaluation
from trainer.evaluation.evaluation_run import (
    Comparison,
    FoldTask,
    fold_of,
    tasks_of,
    what_is_left,
)
from trainer.evaluation.fold_result import FoldFailure, FoldResult, fingerprint
from trainer.evaluation.fold_workers import FoldWork, Outcome, do_tasks
from trainer.evaluation.method_catalogue import calibration_of
from trainer.evaluation.result_folder import ResultFolder
from trainer.evaluation.summing_up import summed_up

Told = Callable[[int, int, Outcome | None], None]
"""Told how many fits are done, how many there are, and the one just finished."""


def evaluate(
    comparison: Comparison, folder: ResultFolder, engine: EngineChoice, tell: Told
) -> tuple[Evaluation, list[FoldResult]]:
    """Make every fit that the folder does not hold, and sum all of them up."""
    order, splits = comparison.order, comparison.splits
    tasks = tasks_of(order, splits)
    names = dict(zip(tasks, _fingerprints(comparison, tasks), strict=True))
    results = dict(_finished(folder, names))
    failures: list[FoldFailure] = []
    tell(len(results), len(tasks), None)
    work = FoldWork(comparison.soils, splits, order.interval_folds)
    for outcome in do_tasks(work, what_is_left(tasks, results), engine):
        if isinstance(outcome, FoldResult):
            folder.keep(outcome, names[outcome.task])
            results[outcome.task] = outcome
        else:
            failures.append(outcome)
        tell(len(results) + len(failures), len(tasks), outcome)
    ordered = [results[task] for task in tasks if task in results]
    return summed_up(comparison, ordered, failures), ordered


def _fingerprints(comparison: Comparison, tasks: Sequence[FoldTask]) -> Iterator[str]:
    """Yield what each fit depends on: soils, targets, both sides and settings."""
    shown = cache(_settings_of)
    for task in tasks:
        fold = fold_of(task, comparison.splits, comparison.library.groups)
        yield fingerprint(
            task,
            (
                comparison.library.digest,
                *comparison.targets,
                repr(fold),
                shown(task.method),
                str(comparison.order.interval_folds),
            ),
        )


def _settings_of(method: str) -> str:
    """Return the method's settings; one that cannot be made fails in its own fit."""
    try:
        return repr(calibration_of(method))
    except Exception as error:  # noqa: BLE001 - told by name when it is to be fitted
        return f"not available: {error}"


def _finished(
    folder: ResultFolder, names: dict[FoldTask, str]
) -> Iterator[tuple[FoldTask, FoldResult]]:
    for task, name in names.items():
        found = folder.read(task, name)
        if found is not None:
            yield task, found
