"""Fit one arm on one farm and ask it for the soils that it was not shown."""

import hashlib
import time

import numpy as np

from trainer.errors import CalibrationError, EvaluationError
from trainer.localisation.transfer_arms.transfer_arm import instances_of, remark_of
from trainer.study.label_draw import LabelDraw
from trainer.study.study_order import Study, StudyTask
from trainer.study.study_result import StudyResult


def fit_task(study: Study, task: StudyTask) -> StudyResult:
    """Return what the arm told; the judged soils' values are never shown to it."""
    draw = study.draw(task)
    refuse_leak(study, draw)
    library, farm = study.library_of(draw), study.soils.take(draw.labelled)
    started = time.perf_counter()
    fitted = study.arm(task.arm).fit(library, farm, task.seed)
    fit_s = time.perf_counter() - started
    predicted = fitted.predict(study.soils.spectra[draw.judged])
    _check(predicted, (len(draw.judged), len(study.targets)), task)
    taken = instances_of(fitted)
    return StudyResult(
        task=task,
        fingerprint=fingerprint(study, task),
        learned_from=len(draw.labelled),
        library=len(draw.library),
        rows=tuple(draw.judged.tolist()),
        predicted=tuple(
            tuple(one if np.isfinite(one) else None for one in row)
            for row in predicted.tolist()
        ),
        fit_s=fit_s,
        remark=remark_of(fitted),
        instances=None if taken is None else _in_whole(taken, draw),
    )


def fingerprint(study: Study, task: StudyTask) -> str:
    """Return what the task's outcome depends on: soils, both sides, arm, settings."""
    draw = study.draw(task)
    digest = hashlib.sha256(study.library.digest.encode())
    for told in (*study.targets, repr(task), repr(study.arm(task.arm))):
        digest.update(told.encode() + b"\0")
    for rows in (draw.library, draw.labelled, draw.judged):
        digest.update(rows.astype("<i8").tobytes() + b"\0")
    return digest.hexdigest()[:24]


def refuse_leak(study: Study, draw: LabelDraw) -> None:
    """Refuse a draw in which a judged soil, or one of its group, would be shown."""
    groups = study.library.groups
    judged = {groups[row] for row in draw.judged.tolist()}
    shown = [*draw.library.tolist(), *draw.labelled.tolist()]
    leaked = sorted({groups[row] for row in shown} & judged)
    if leaked:
        raise EvaluationError(
            f"expected no group on both sides, found {leaked[0]} and "
            f"{len(leaked) - 1} more; keep groups together when soils are drawn"
        )


def _in_whole(rows: tuple[int, ...], draw: LabelDraw) -> tuple[int, ...]:
    """Return rows of the library that the arm was shown as rows of the whole one."""
    return tuple(draw.library[list(rows)].tolist())


def _check(predicted: np.ndarray, shape: tuple[int, int], task: StudyTask) -> None:
    if predicted.shape != shape or np.isinf(predicted).any():
        raise CalibrationError(
            f"expected finite predictions shaped {shape} from {task.arm}, found shape "
            f"{predicted.shape} with {int(np.isinf(predicted).sum())} infinite"
        )
    untold = np.isnan(predicted)
    if (untold.any(axis=0) & ~untold.all(axis=0)).any() or untold.all():
        raise CalibrationError(
            f"expected {task.arm} to tell a target of all soils or of none, found "
            f"{int(untold.sum())} of {untold.size} answers missing"
        )
