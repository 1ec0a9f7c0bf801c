"""Compare ways of transfer: fit what is left to fit, then sum up.

This is the recipe that `terroir study` runs; it reads top to bottom.
"""

import platform
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version

import numpy as np

from trainer.engine.engine import EngineChoice, do_jobs
from trainer.engine.job import Done, Failed, Job, Work
from trainer.study.study_fit import fingerprint, fit_task
from trainer.study.study_ledger import StudyLedger
from trainer.study.study_order import Study, StudyTask, local_counterpart
from trainer.study.study_record import ArmFacts, FailedFit, FitRemark, StudyRecord
from trainer.study.study_result import StudyFailure, StudyOutcome, StudyResult
from trainer.study.study_scores import arm_scores, arm_summaries

Told = Callable[[int, int, StudyOutcome | None], None]
"""Told how many fits are done, how many there are, and the one just finished."""

Outcomes = Mapping[StudyTask, StudyOutcome]


def run_study(
    study: Study, ledger: StudyLedger, engine: EngineChoice, tell: Told
) -> tuple[StudyRecord, dict[StudyTask, StudyResult]]:
    """Make every fit that the ledger does not hold, and sum all of them up."""
    tasks = study.tasks()
    names = {task: fingerprint(study, task) for task in tasks}
    kept = ledger.read()
    outcomes = {task: kept[name] for task, name in names.items() if name in kept}
    tell(len(outcomes), len(tasks), None)
    jobs = [Job(repr(task), task) for task in tasks if task not in outcomes]
    for outcome in do_jobs(Work(fit_task, study), jobs, engine):
        match outcome:
            case Done(job=job, answer=result):
                outcomes[job.task] = result
            case Failed(job=job, reason=reason, traceback=where):
                outcomes[job.task] = StudyFailure(
                    task=job.task,
                    fingerprint=names[job.task],
                    reason=reason,
                    traceback=where,
                )
        ledger.keep(outcomes[outcome.job.task])
        tell(len(outcomes), len(tasks), outcomes[outcome.job.task])
    ordered = {task: outcomes[task] for task in tasks}
    return summed_up(study, ordered), _results(ordered)


def summed_up(study: Study, outcomes: Outcomes) -> StudyRecord:
    """Return all figures of the fits that came to an answer."""
    order, library, results = study.order, study.library, _results(outcomes)
    scores = tuple(arm_scores(study, results))
    common = local_counterpart("", order)
    return StudyRecord(
        made_at=datetime.now(UTC),
        code_version=version("terroir"),
        machine=f"{platform.machine()}, Python {platform.python_version()}",
        library=library.name,
        licence=library.licence,
        digest=library.digest,
        soils=len(library.soils),
        grid=library.grid,
        targets=study.targets,
        farms=order.farms,
        judged=tuple(
            len(study.draw(StudyTask("", farm, 0, 0)).judged) for farm in order.farms
        ),
        labels=order.labels,
        seeds=order.seeds,
        common=common,
        arms=tuple(_facts(study, name, results) for name in order.arms),
        scores=scores,
        summaries=tuple(arm_summaries(study, scores)),
        remarks=tuple(_remarks(results)),
        failures=tuple(_failures(outcomes)),
    )


def _results(outcomes: Outcomes) -> dict[StudyTask, StudyResult]:
    return {
        task: outcome
        for task, outcome in outcomes.items()
        if isinstance(outcome, StudyResult)
    }


def _failures(outcomes: Outcomes) -> Iterator[FailedFit]:
    for task, outcome in outcomes.items():
        if isinstance(outcome, StudyFailure):
            yield FailedFit(
                arm=task.arm,
                farm=task.farm,
                labels=task.labels,
                seed=task.seed,
                reason=outcome.reason,
            )


def _remarks(results: Mapping[StudyTask, StudyResult]) -> Iterator[FitRemark]:
    said = Counter((task.arm, one.remark) for task, one in results.items())
    for (arm, remark), fits in said.items():
        if remark:
            yield FitRemark(arm=arm, remark=remark, fits=fits)


def _facts(
    study: Study, name: str, results: Mapping[StudyTask, StudyResult]
) -> ArmFacts:
    arm = study.arm(name)
    seconds = [one.fit_s for task, one in results.items() if task.arm == name]
    return ArmFacts(
        name=name,
        settings=repr(arm),
        needs_library_samples=arm.needs_library_samples,
        learns_from_labels=arm.learns_from_labels,
        fit_s=float(np.median(seconds)) if seconds else float("nan"),
    )
