"""The file in which a study's outcomes are kept, one a line, only ever added to.

A line is written whole and synced before the next job counts as done, so that a study
which is stopped, or killed, goes on where it was. A last line that was cut short by a
power cut is taken off. Two studies at once in one folder would do everything twice: the
second is refused.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from trainer.errors import EvaluationError, WorkspaceError
from trainer.study.study_result import StudyOutcome

FILE = "outcomes.jsonl"


class StudyLedger:
    """Outcomes on disk."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file, self._path = file, path

    def read(self) -> dict[str, StudyOutcome]:
        """Return what is there by fingerprint; of two, the later."""
        self._file.seek(0)
        lines = self._file.read().splitlines(keepends=True)
        whole = lines[:-1] if lines and not lines[-1].endswith(b"\n") else lines
        self._file.truncate(sum(map(len, whole)))
        outcomes = [self._decoded(at, line) for at, line in enumerate(whole, 1)]
        return {one.fingerprint: one for one in outcomes}

    def keep(self, outcome: StudyOutcome) -> None:
        """Add one outcome; it is on disk when this returns."""
        self._file.seek(0, os.SEEK_END)
        self._file.write(msgspec.json.encode(outcome) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _decoded(self, at: int, line: bytes) -> StudyOutcome:
        try:
            outcome: StudyOutcome = msgspec.json.decode(line, type=StudyOutcome)
        except msgspec.MsgspecError as error:
            raise EvaluationError(
                f"expected an outcome in line {at} of {self._path}: {error}; delete "
                "the line, or choose another folder"
            ) from error
        return outcome


@contextmanager
def open_ledger(folder: Path) -> Iterator[StudyLedger]:
    """Open the folder's ledger, made where there is none, for one study at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    with path.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WorkspaceError(
                f"expected {folder} for this study alone, found another one at work in "
                "it; wait for it, or choose another folder"
            ) from error
        yield StudyLedger(file, path)
