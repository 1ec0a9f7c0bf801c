"""The folder in which finished fits are kept, so that none is made twice.

A fit's file is named by what it depends on: library, targets, soils on both sides and
the method's own settings. A folder may hold fits of several orders; none overwrites
another. What it cannot notice is a change of the program: take a new folder then.
"""

import re
from pathlib import Path

import msgspec

from trainer.durable_files import write_durably
from trainer.errors import EvaluationError
from trainer.evaluation.evaluation_run import FoldTask
from trainer.evaluation.fold_result import FoldResult

FITS = "fits"


class ResultFolder:
    """Finished fits on disk."""

    def __init__(self, path: Path) -> None:
        """Use `path`, making it where there is none."""
        self.path = path
        self._fits = path / FITS
        self._fits.mkdir(parents=True, exist_ok=True)

    def read(self, task: FoldTask, fingerprint: str) -> FoldResult | None:
        """Return the finished fit, None if there is none."""
        path = self._path(task, fingerprint)
        if not path.is_file():
            return None
        try:
            return msgspec.msgpack.decode(path.read_bytes(), type=FoldResult)
        except msgspec.MsgspecError as error:
            raise EvaluationError(
                f"expected a finished fit in {path}: {error}; delete the file"
            ) from error

    def keep(self, result: FoldResult, fingerprint: str) -> None:
        """Write one finished fit, whole or not at all."""
        path = self._path(result.task, fingerprint)
        write_durably(path, msgspec.msgpack.encode(result))

    def _path(self, task: FoldTask, fingerprint: str) -> Path:
        size = "" if task.training is None else f"-n{task.training}"
        method = plain_name(task.method)
        name = f"{method}-s{task.seed}-f{task.fold:02}{size}-{fingerprint}.msgpack"
        return self._fits / name


def plain_name(method: str) -> str:
    """Return a method's name as part of a file's; a recipe's is a path."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", method).strip("-.")
