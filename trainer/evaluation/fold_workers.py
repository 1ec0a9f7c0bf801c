"""Fit many folds, in this process or in several; one that fails stops no other.

All workers map the same spectra, and each computes on one thread: small matrices only
wait for a second. A stopped run loses the fits under way, nothing that was finished.
"""

import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from protocols.wavelength_grid import WavelengthGrid
from trainer.calibrations.calibration import Soils
from trainer.errors import EvaluationError
from trainer.evaluation.evaluation_run import FoldTask, fold_of
from trainer.evaluation.fold_fit import fit_fold
from trainer.evaluation.fold_result import FoldFailure, FoldResult
from trainer.evaluation.method_catalogue import calibration_of
from trainer.library.splits import Split

Outcome = FoldResult | FoldFailure


@dataclass(frozen=True, eq=False)
class Work:
    """What every fit needs beside its task.

    Attributes:
        soils: All soils of the library.
        splits: One that all seeds share, or one a seed.
        interval_folds: Inner folds that intervals are made from, 0 for none.
    """

    soils: Soils
    splits: tuple[Split, ...]
    interval_folds: int


def do_tasks(work: Work, tasks: Sequence[FoldTask], jobs: int) -> Iterator[Outcome]:
    """Yield outcomes as they come; with one job, in the order of the tasks."""
    if jobs == 1 or len(tasks) <= 1:
        yield from (do_task(work, task) for task in tasks)
        return
    with TemporaryDirectory(prefix="terroir-") as folder:
        mapped = _mapped(work.soils, Path(folder) / "spectra.npy")
        pool = ProcessPoolExecutor(
            min(jobs, len(tasks)),
            get_context("spawn"),
            _hold,
            (mapped, work.splits, work.interval_folds),
        )
        try:
            futures = [pool.submit(_do_held, task) for task in tasks]
            for future in as_completed(futures):
                yield future.result()
        except BrokenProcessPool as error:
            raise EvaluationError(
                f"expected {jobs} workers to live, found one killed, most often for "
                "memory; run it again with fewer --jobs, what is finished is kept"
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def do_task(work: Work, task: FoldTask) -> Outcome:
    """Fit and judge one fold on one thread; turn any error into a failure by name."""
    try:
        with threadpool_limits(1):
            fold = fold_of(task, work.splits, work.soils.groups)
            calibration = calibration_of(task.method)
            return fit_fold(calibration, work.soils, fold, task, work.interval_folds)
    except Exception as error:  # noqa: BLE001 - the rest go on; its traceback is kept
        return FoldFailure(
            method=task.method,
            seed=task.seed,
            fold=task.fold,
            training=task.training,
            reason=_in_one_line(error),
            traceback=traceback.format_exc(),
        )


def _in_one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:500]


@dataclass(frozen=True, eq=False)
class _MappedSoils:
    """Soils on their way to a worker: their spectra lie on disk, mapped by all."""

    spectra: Path
    values: NDArray[np.float64]
    groups: tuple[str, ...]
    grid: WavelengthGrid
    targets: tuple[str, ...]

    def soils(self) -> Soils:
        spectra = np.load(self.spectra, mmap_mode="r")
        return Soils(spectra, self.values, self.groups, self.grid, self.targets)


def _mapped(soils: Soils, path: Path) -> _MappedSoils:
    np.save(path, soils.spectra)
    return _MappedSoils(path, soils.values, soils.groups, soils.grid, soils.targets)


_HELD: list[Work] = []


def _hold(soils: _MappedSoils, splits: tuple[Split, ...], interval_folds: int) -> None:
    import torch  # noqa: PLC0415 - only a worker sets its own threads

    torch.set_num_threads(1)
    _HELD[:] = [Work(soils.soils(), splits, interval_folds)]


def _do_held(task: FoldTask) -> Outcome:
    return do_task(_HELD[0], task)
