"""From nothing to the first answer, against what a chemometrician runs.

    python -m tests.benchmarks.cold_start [--package FARM.terroir]

Theirs: a scikit-learn pipeline (scaler and PLS with 10 components) kept by joblib, one
scan from a CSV file, numpy's own reader. Ours: `python -m edge_agent predict` with a
linear package of the same bands, on each runtime that is installed. Every process is
fresh, they take turns, and times run from exec to the first line of the answer. Peaks
of memory are the kernel's own (`VmHWM`), in processes of their own. Warm figures are
one process that answers the same file again and again: bytes of the file to JSON, and
the graph's part of it apart.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import joblib  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from sklearn.cross_decomposition import PLSRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from edge_agent.installed_runtimes import AUTO, RuntimeWish, installed_runtimes
from edge_agent.predictor.graph_runtime import GraphRuntime
from edge_agent.predictor.line_words import as_json
from edge_agent.predictor.predicted_lines import load_named_package, predict_files
from protocols.golden_vectors import GraphAnswer
from protocols.model_package import read_package
from protocols.wavelength_grid import WavelengthGrid
from tests.benchmarks.measurement import Measurement, at_least, at_most, observed

PACKAGE = Path(__file__).parents[1] / "protocols" / "golden" / "package-v1.1.terroir"
ROUNDS = 15
MEMORY_ROUNDS = 3
WARM_SCANS = 500
SOILS = 200
COMPONENTS = 10
GOAL_TIMES = 5.0
GOAL_OWN_WORK_MS = 2.0
MILLISECONDS = 1000.0
KB_A_MB = 1000.0
NOT_ON_A_DEVICE = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "OMP_NUM_THREADS")
PEER = "sklearn"
FARM = "farm package"

PEER_PROGRAM = """
import sys, joblib, numpy as np
model = joblib.load(sys.argv[1])
scan = np.loadtxt(sys.argv[2], delimiter=",", skiprows=1)
grid = np.linspace(*map(float, sys.argv[3:5]), int(sys.argv[5]))
answer = model.predict(np.interp(grid, scan[:, 0], scan[:, 1])[np.newaxis])
print(answer.ravel().tolist(), flush=True)
"""
OUR_PROGRAM = "from edge_agent.__main__ import main; main()"
THEN_TELL_PEAK = """
import pathlib
print(pathlib.Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


@dataclass(frozen=True)
class Contestant:
    """A way to an answer: its program, and the words that it is given."""

    command: tuple[str, ...]
    program: str
    words: tuple[str, ...]

    def first_answer_ms(self) -> float:
        """Start it and return how long the first line of its answer took."""
        started = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, *self.command, *self.words],
            stdout=subprocess.PIPE,
            env=_as_installed(),
        ) as process:
            output = _pipe(process.stdout)
            line = output.readline()
            took = (time.perf_counter() - started) * MILLISECONDS
            output.read()
        if process.returncode or not line:
            raise RuntimeError(
                f"expected an answer of {self.command}, found none; run it by hand"
            )
        return took

    def peak_mb(self) -> float:
        """Run it in a process of its own and return the most memory it had."""
        words = ("-c", self.program + THEN_TELL_PEAK, *self.words)
        output = subprocess.check_output([sys.executable, *words], env=_as_installed())
        return int(output.split()[-1]) / KB_A_MB


@dataclass
class TimedRuntime:
    """A runtime that keeps how long its last answer took."""

    runtime: GraphRuntime
    took_ms: float = 0.0

    def run(self, *inputs: NDArray[np.float32]) -> GraphAnswer:
        """Answer, and take the time."""
        started = time.perf_counter()
        answer = self.runtime.run(*inputs)
        self.took_ms = (time.perf_counter() - started) * MILLISECONDS
        return answer


def bench_rows(farm: Path | None = None) -> list[Measurement]:
    """Return the figures of the group `cold_start` for `make bench`."""
    with tempfile.TemporaryDirectory() as folder:
        scan = _write_scan(Path(folder))
        field = _contestants(Path(folder), scan, farm)
        starts = _starts(field)
        peaks = {name: _peak(one) for name, one in field.items()}
        rows = [*_start_rows(starts), *_memory_rows(peaks)]
        for runtime in installed_runtimes():
            rows += _warm_rows(runtime, PACKAGE, scan, runtime)
        if farm is not None:
            rows += _warm_rows(FARM, farm, scan, AUTO)
    return rows


def _write_scan(folder: Path) -> Path:
    """Write a scan of 2,151 bands, as field instruments take them."""
    path = folder / "a12.csv"
    rows = [
        f"{nm},{0.1 + 0.3 * ((nm - 350) / 2150) ** 0.5:.6f}" for nm in range(350, 2501)
    ]
    path.write_text("wavelength_nm,reflectance\n" + "\n".join(rows) + "\n")
    return path


def _contestants(folder: Path, scan: Path, farm: Path | None) -> dict[str, Contestant]:
    grid = read_package(PACKAGE).soil.grid
    kept = folder / "pls.joblib"
    joblib.dump(_peer_model(grid), kept)
    axis = (str(grid.first), str(grid.last), str(grid.bands))
    words = (str(kept), str(scan), *axis)
    field = {PEER: Contestant(("-c", PEER_PROGRAM), PEER_PROGRAM, words)}
    for runtime in installed_runtimes():
        field[runtime] = _ours(PACKAGE, scan, runtime)
    if farm is not None:
        field[FARM] = _ours(farm, scan, AUTO)
    return field


def _ours(package: Path, scan: Path, runtime: RuntimeWish) -> Contestant:
    words = ("predict", "--json", "--runtime", runtime)
    named = ("--package", str(package), str(scan))
    return Contestant(("-m", "edge_agent"), OUR_PROGRAM, (*words, *named))


def _peer_model(grid: WavelengthGrid) -> object:
    """Fit what the chemometrician has fitted: two properties, the same bands."""
    random = np.random.default_rng(1)
    slopes = random.uniform(0.1, 0.5, (SOILS, 1))
    scans = slopes * np.linspace(0.2, 1, grid.bands) ** 0.5
    scans += random.normal(0, 0.002, scans.shape)
    values = np.hstack([slopes, random.uniform(0, 60, (SOILS, 1))])
    model = make_pipeline(StandardScaler(), PLSRegression(COMPONENTS))
    return model.fit(scans, values)


def _starts(field: Mapping[str, Contestant]) -> dict[str, list[float]]:
    """Let all take turns; the first round fills the caches and does not count."""
    rounds = [
        {name: one.first_answer_ms() for name, one in field.items()}
        for _ in range(ROUNDS + 1)
    ]
    return {name: [times[name] for times in rounds[1:]] for name in field}


def _peak(contestant: Contestant) -> float:
    return statistics.median(contestant.peak_mb() for _ in range(MEMORY_ROUNDS))


def _start_rows(starts: Mapping[str, list[float]]) -> Iterator[Measurement]:
    theirs = statistics.median(starts[PEER])
    yield observed(f"exec to first answer, median, {PEER}", theirs, "ms")
    for name, times in starts.items():
        if name == PEER:
            continue
        ours = statistics.median(times)
        yield observed(f"exec to first answer, median, {name}", ours, "ms")
        yield at_least(f"sooner than {PEER}, {name}", theirs / ours, "x", GOAL_TIMES)


def _memory_rows(peaks: Mapping[str, float]) -> Iterator[Measurement]:
    theirs = peaks[PEER]
    yield observed(f"peak memory, {PEER}", theirs, "MB")
    for name, peak in peaks.items():
        if name != PEER:
            yield at_most(f"peak memory, {name}", peak, "MB", theirs)


def _warm_rows(
    name: str, package: Path, scan: Path, runtime: RuntimeWish
) -> Iterator[Measurement]:
    """Yield what one more scan costs: our own work, and the graph beside it."""
    model = load_named_package(package, runtime)
    timed = TimedRuntime(model.runtime)
    watched = replace(model, runtime=timed)
    own, graph = [], []
    for _ in range(WARM_SCANS):
        started = time.perf_counter()
        "".join(map(as_json, predict_files([scan], watched)))
        took = (time.perf_counter() - started) * MILLISECONDS
        own.append(took - timed.took_ms)
        graph.append(timed.took_ms)
    half, most = _quantiles(own)
    yield at_most(
        f"file to JSON, our own work, p50, {name}", half, "ms", GOAL_OWN_WORK_MS
    )
    yield observed(f"file to JSON, our own work, p99, {name}", most, "ms")
    half, most = _quantiles(graph)
    yield observed(f"the graph beside it, p50, {name}", half, "ms")
    yield observed(f"the graph beside it, p99, {name}", most, "ms")


def _as_installed() -> dict[str, str]:
    """Return the environment, where Python keeps what it compiled."""
    return {k: v for k, v in os.environ.items() if k not in NOT_ON_A_DEVICE}


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("expected a process with a pipe, found none")
    return pipe


def _quantiles(times: list[float]) -> tuple[float, float]:
    half, most = np.quantile(times, [0.5, 0.99]).tolist()
    return half, most


def main() -> None:
    """Print the table."""
    from tests.benchmarks.__main__ import keep, table_of  # noqa: PLC0415 - only here

    parser = argparse.ArgumentParser(prog="cold_start", description=__doc__)
    parser.add_argument(
        "--package", type=Path, help="a farm's package, to be timed too"
    )
    rows = bench_rows(parser.parse_args().package)
    Console().print(table_of("cold_start", rows))
    keep("cold_start", rows)


if __name__ == "__main__":
    main()
