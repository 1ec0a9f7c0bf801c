"""The trainer's science in one table: accuracy, sharing, throughput and size.

Each part is a module of this folder that can be run alone, which prints more than the
rows here. A part whose data is absent says so in a row's name.
"""

from importlib import import_module

from tests.benchmarks.measurement import Measurement

PARTS = (
    "nirsoil_accuracy",
    "limesoda_folds",
    "multi_task",
    "training_throughput",
    "library_at_scale",
)


def bench_rows() -> list[Measurement]:
    """Return the figures of the group `science` for `make bench`."""
    return [row for part in PARTS for row in _rows_of(part)]


def _rows_of(part: str) -> list[Measurement]:
    """Load a part when its turn comes: the first figures need not wait for torch."""
    rows: list[Measurement] = import_module(f"tests.benchmarks.{part}").bench_rows()
    return rows
