"""A large library: imported, read back, and learned from for one epoch.

`python -m tests.benchmarks.library_at_scale`. Made soils of 2,151 bands, written as an
OSSL table in Parquet, with some scans taken twice. 5,000 soils, or 50,000 with
TERROIR_BENCH_SLOW=1. Each step runs in a process of its own, on one thread, and reports
its wall time without starting Python and its own peak of resident memory; pages of the
mapped spectra count as memory, although the kernel may drop them.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from rich.console import Console

from tests.benchmarks.__main__ import table_of
from tests.benchmarks.measurement import Measurement, at_least, at_most, observed
from trainer.library.library_import import ImportOrder, import_source
from trainer.library.parquet_table import read_library
from trainer.library.sources.reading_order import ReadingOrder
from trainer.library.sources.table_source import table_source

SLOW = "TERROIR_BENCH_SLOW"
SOILS, SOILS_WHEN_SLOW = 5_000, 50_000
CHUNK = 2_500
TWICE = 20
NM = np.arange(350.0, 2501.0)
CURVES = 30
SEED = 20_261_120
MOST_GB = 4.0
KB_A_GB = 1e6
RECIPE = "cnn-china"
TARGET = "oc_usda.c729_w.pct"

Figures = dict[str, float]


def bench_rows() -> list[Measurement]:
    """Return the figures for `make bench`."""
    soils = SOILS_WHEN_SLOW if os.environ.get(SLOW) == "1" else SOILS
    folder = Path(tempfile.mkdtemp(prefix="terroir-library-"))
    try:
        for step in STEPS:
            _run(step, folder, soils)
        found = {step: _figures(folder, step) for step in STEPS}
    finally:
        shutil.rmtree(folder)
    return _rows(found, soils)


def _rows(found: dict[str, Figures], soils: int) -> list[Measurement]:
    what = f"library of {soils} x {NM.size}"
    brought, read, learned = (found[one] for one in ("import", "read", "epoch"))
    return [
        observed(f"{what}: import", brought["seconds"], "s"),
        at_most(f"{what}: import, peak memory", brought["peak_gb"], "GB", MOST_GB),
        at_least(
            f"{what}: soils scanned twice, found of {TWICE}",
            brought["repeated"],
            "soils",
            TWICE,
        ),
        observed(f"{what}: distinct soils taken for one", brought["mistaken"], "soils"),
        observed(f"{what}: on disk", brought["disk_gb"], "GB"),
        observed(f"{what}: open, spectra mapped", read["open_s"], "s"),
        observed(f"{what}: digest of everything", read["digest_s"], "s"),
        observed(f"{what}: read back, peak memory", read["peak_gb"], "GB"),
        observed(f"{what}: one epoch of {RECIPE}, CPU", learned["epoch_s"], "s"),
        observed(f"{what}: before that epoch", learned["before_s"], "s"),
        observed(f"{what}: epoch, peak memory", learned["peak_gb"], "GB"),
    ]


def _run(step: str, folder: Path, soils: int) -> None:
    command = [sys.executable, "-m", __spec__.name, step, str(folder), str(soils)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run(command, check=True, env=environment)


def _figures(folder: Path, step: str) -> Figures:
    found: Figures = json.loads((folder / f"{step}.json").read_text(encoding="utf-8"))
    return found


def _make(folder: Path, soils: int) -> Figures:
    """Write the table; the last soils are the first ones, scanned again."""
    random = np.random.default_rng(SEED)
    curves = _curves(random)
    first: NDArray[np.float32] | None = None
    writer = None
    for start in range(0, soils, CHUNK):
        spectra = _made_scans(random, curves, min(CHUNK, soils - start))
        first = spectra[:TWICE].copy() if first is None else first
        if start + CHUNK >= soils:
            noise = random.normal(0, 2e-5, first.shape)
            spectra[-TWICE:] = 1.02 * first + noise
        table = _table(random, spectra, start)
        writer = writer or pq.ParquetWriter(folder / "soils.parquet", table.schema)
        writer.write_table(table)
    if writer:
        writer.close()
    return {}


def _curves(random: np.random.Generator) -> NDArray[np.float64]:
    """Return smooth curves by which soils differ, each at most 1."""
    steps = random.normal(0, 1, (CURVES, NM.size))
    found = np.cumsum(np.cumsum(steps, axis=1), axis=1)
    largest: NDArray[np.float64] = np.abs(found).max(axis=1, keepdims=True)
    curves: NDArray[np.float64] = found / largest
    return curves


def _made_scans(
    random: np.random.Generator, curves: NDArray[np.float64], soils: int
) -> NDArray[np.float32]:
    """Return reflectance that rises, with water's two bands, and differs smoothly."""
    rise = 0.35 * (1 - np.exp(-(NM - 250) / 500))
    water = np.exp(-(((NM - 1414) / 30) ** 2)) + 1.6 * np.exp(
        -(((NM - 1920) / 40) ** 2)
    )
    brightness = np.exp(random.normal(0, 0.2, (soils, 1)))
    wetness = random.uniform(0.02, 0.05, (soils, 1))
    differences = random.normal(0, 0.02, (soils, CURVES)) @ curves
    noise = random.normal(0, 1e-4, (soils, NM.size))
    scans = brightness * (rise - wetness * water) + differences + noise
    return np.clip(scans, 1e-3, 1.2).astype(np.float32)


def _table(
    random: np.random.Generator, spectra: NDArray[np.float32], start: int
) -> pa.Table:
    count = len(spectra)
    columns = {
        "id.layer_uuid_txt": [f"s{start + row}" for row in range(count)],
        "dataset.code_ascii_txt": [f"SET.{row % 12}" for row in range(count)],
        TARGET: random.gamma(2, 1, count),
    }
    bands = (f"scan_visnir.{nm:g}_ref" for nm in NM)
    by_band = np.ascontiguousarray(spectra.T)
    return pa.table(columns | dict(zip(bands, by_band, strict=True)))


def _import(folder: Path, soils: int) -> Figures:
    source = table_source(folder / "soils.parquet", ReadingOrder(licence="CC0-1.0"))
    into = folder / "library"
    manifest = import_source(into, source, ImportOrder("made"), lambda _: None)
    groups = read_library(into).groups
    found = sum(groups[soils - TWICE + row] == groups[row] for row in range(TWICE))
    disk = sum(one.stat().st_size for one in into.iterdir())
    repeated = manifest.repeated.soils if manifest.repeated else 0
    return {
        "repeated": found,
        "mistaken": repeated - 2 * found,
        "disk_gb": disk / 1e9,
    }


def _read(folder: Path, soils: int) -> Figures:
    start = time.perf_counter()
    library = read_library(folder / "library")
    opened = time.perf_counter()
    digest = library.digest
    ended = time.perf_counter()
    if len(library.soils) != soils or not digest:
        raise RuntimeError(f"expected {soils} soils, found {len(library.soils)}")
    return {"open_s": opened - start, "digest_s": ended - opened}


class _FirstEpoch:
    """Stops after one epoch and keeps when its first batch was done, and its last."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def batch_done(self) -> bool:
        self.times.append(time.perf_counter())
        return False

    def epoch_done(self, figures: object, snapshot: object) -> bool:
        del figures, snapshot
        self.times.append(time.perf_counter())
        return True

    def ended(self, snapshot: object) -> None:
        del snapshot


def _epoch(folder: Path, soils: int) -> Figures:
    """Train for one epoch, its validation included."""
    # Only this step pays for torch, in memory too.
    from trainer.evaluation.soils_of_library import soils_of  # noqa: PLC0415
    from trainer.networks.named_recipes import recipe_named  # noqa: PLC0415
    from trainer.training.train_network import train_network  # noqa: PLC0415
    from trainer.training.training_settings import (  # noqa: PLC0415
        TrainingPlan,
        TrainingSettings,
    )

    del soils  # it is in the library
    settings = TrainingSettings(epochs=2, patience=1, batch=64, validation_share=0.1)
    plan = TrainingPlan(recipe=recipe_named(RECIPE), settings=settings, seed=SEED)
    watch = _FirstEpoch()
    start = time.perf_counter()
    train_network(plan, soils_of(read_library(folder / "library"), (TARGET,)), watch)
    first, last = watch.times[0], watch.times[-1]
    return {"epoch_s": last - first, "before_s": first - start}


STEPS: dict[str, Callable[[Path, int], Figures]] = {
    "make": _make,
    "import": _import,
    "read": _read,
    "epoch": _epoch,
}


def _step(name: str, folder: Path, soils: int) -> None:
    """Run one step in this process and write its figures."""
    start = time.perf_counter()
    found = STEPS[name](folder, soils)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    figures = {
        "seconds": time.perf_counter() - start,
        "peak_gb": usage.ru_maxrss / KB_A_GB,
        **found,
    }
    (folder / f"{name}.json").write_text(json.dumps(figures), encoding="utf-8")


def main() -> None:
    """Run one step, or all of them and print their figures."""
    if len(sys.argv) > 1:
        name, folder, soils = sys.argv[1:]
        _step(name, Path(folder), int(soils))
    else:
        Console().print(table_of("library at scale", bench_rows()))


if __name__ == "__main__":
    main()
