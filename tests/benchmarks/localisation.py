"""Localisation in one table: what labels are worth, doubt, transfer, pace.

Each part is a module of this folder that can be run alone, which prints more than the
rows here. What takes long runs only with TERROIR_BENCH_SLOW=1, and says so.
"""

from importlib import import_module

from tests.benchmarks.measurement import Measurement

PARTS = (
    "localised_accuracy",
    "few_labels",
    "informed_folds",
    "nirsoil_farm",
    "interval_coverage",
    "foreign_soils",
    "rs_local_speed",
    "transfer_study",
    "fleet_speed",
)


def bench_rows() -> list[Measurement]:
    """Return the figures of the group `localisation` for `make bench`."""
    return [row for part in PARTS for row in _rows_of(part)]


def _rows_of(part: str) -> list[Measurement]:
    """Load a part when its turn comes: the first figures need not wait for torch."""
    rows: list[Measurement] = import_module(f"tests.benchmarks.{part}").bench_rows()
    return rows
