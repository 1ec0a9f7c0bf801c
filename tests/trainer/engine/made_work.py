"""Small jobs that other processes can find by name."""

import os
import signal
import time
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.engine.job import Job


@dataclass(frozen=True, eq=False)
class Table:
    """What the jobs share: one large array and one small."""

    rows: NDArray[np.float64]
    small: NDArray[np.float64]


@dataclass(frozen=True)
class Wish:
    """One row to add up, and what is to happen on the way."""

    row: int
    fails: bool = False
    dies_unless: Path | None = None
    waits_for: Path | None = None
    pickles: bool = True


def made_table(rows: int = 200) -> Table:
    return Table(np.arange(rows * 100, dtype=np.float64).reshape(rows, 100), np.ones(3))


def jobs_of(*wishes: Wish) -> list[Job[Wish]]:
    return [Job(f"row {wish.row}", wish) for wish in wishes]


def add_up(table: Table, wish: Wish) -> object:
    """Return the sum of a row, or fail, or die, as is wished."""
    if wish.fails:
        raise ValueError(f"no sum\nof row {wish.row}")
    if wish.dies_unless is not None and not wish.dies_unless.exists():
        wish.dies_unless.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if not wish.pickles:
        return lambda: wish.row
    while wish.waits_for is not None and not wish.waits_for.exists():
        time.sleep(0.01)
    return float(table.rows[wish.row].sum())


def die(table: Table, wish: Wish) -> None:
    """Be killed every time."""
    del table, wish
    os.kill(os.getpid(), signal.SIGKILL)


def where(table: Table, wish: Wish) -> tuple[int, bool, bool]:
    """Tell the process, and whether the large and the small array are mapped."""
    del wish
    return os.getpid(), is_mapped(table.rows), is_mapped(table.small)


def is_mapped(array: NDArray[np.float64]) -> bool:
    """Return whether the array's memory is a file's."""
    memory: object = array
    while isinstance(memory, np.ndarray):
        memory = memory.base
    return isinstance(memory, mmap)


def may_write(table: Table, wish: Wish) -> bool:
    """Tell whether the large array is the job's own."""
    del wish
    return table.rows.flags.writeable


def write(table: Table, wish: Wish) -> float:
    """Write into a row, and return the sum of the first."""
    table.rows[0] += wish.row
    return float(table.rows[0].sum())


class Unloadable:
    """Shared by jobs, and refuses to be loaded by another process."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return refuse, ("a library of another version",)


def refuse(what: str) -> None:
    raise ValueError(what)
