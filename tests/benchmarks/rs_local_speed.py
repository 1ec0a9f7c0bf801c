"""RS-Local on a large library: time, memory, cores, and the plain reference beside it.

`python -m tests.benchmarks.rs_local_speed`. 50,000 made spectra of 216 bands, smooth,
with noise and a response that some of their shapes carry; 30 labelled soils of a farm;
300 to keep, each soil drawn 40 times a round, 95 % outlast it, 10 components. Each
search runs in a process of its own, which reports the wall and processor time of the
search alone and the peak of its resident memory; searches on one core and on two
alternate, and medians are told. Compiling is measured apart, into an empty cache. The
plain reference, which takes components out of the spectra one after the other in numpy,
scores a few draws of the first round in the same processes; its time for all draws is
that of these times their number.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from tests.benchmarks.__main__ import table_of
from tests.benchmarks.measurement import Measurement, at_least, at_most, observed
from tests.trainer.localisation.rs_local.plain_reference import plain_errors
from trainer.localisation.rs_local.compiled_scorer import CompiledScorer
from trainer.localisation.rs_local.instance_search import search
from trainer.localisation.rs_local.search_soils import SearchSoils
from trainer.localisation.rs_local.selection_settings import SelectionSettings
from trainer.localisation.rs_local.soil_draws import SoilDraws, draw_round, lots_of
from trainer.localisation.rs_local.soil_ranking import mean_errors

SOILS, BANDS, LABELS = 50_000, 216, 30
SETTINGS = SelectionSettings(quantity="as-given")
SHAPES, TELLING = 30, 8
ROWS_MADE_AT_ONCE = 5_000
REFERENCE_DRAWS = 40
REPEATS = 3
KB_A_MB = 1e3
MOST_SECONDS, MOST_MB, LEAST_GAIN = 12.0, 300.0, 1.6

WARM_UP, SEARCH = "compile", "search"


@dataclass(frozen=True)
class Figures:
    """What one process measured.

    Attributes:
        seconds: Of the search, or of compiling.
        processor_seconds: The same on all cores together.
        fits: Draws scored.
        start_mb: Peak before the library was made.
        peak_mb: Peak of the whole process.
        reference_seconds: Of the plain reference, a draw.
        kept: A digest of the rows kept.
    """

    seconds: float
    processor_seconds: float = 0.0
    fits: int = 0
    start_mb: float = 0.0
    peak_mb: float = 0.0
    reference_seconds: float = 0.0
    kept: int = 0


def bench_rows() -> list[Measurement]:
    """Return the figures for `make bench`."""
    with tempfile.TemporaryDirectory() as cache:
        compiling = _run(WARM_UP, 1, {"NUMBA_CACHE_DIR": cache}).seconds
    _run(WARM_UP, 1)
    pairs = [(_run(SEARCH, 1), _run(SEARCH, 2)) for _ in range(REPEATS)]
    return _rows(compiling, [one for one, _ in pairs], [two for _, two in pairs])


def _rows(
    compiling: float, one: list[Figures], two: list[Figures]
) -> list[Measurement]:
    what = f"RS-Local, {SOILS} x {BANDS}"
    times = [each.seconds for each in one]
    seconds = median(times)
    reference = median(each.reference_seconds for each in one)
    gains = [a.seconds / b.seconds for a, b in zip(one, two, strict=True)]
    added = max(each.peak_mb - each.start_mb for each in one)
    a_fit = seconds / one[0].fits
    kept = {each.kept for each in (*one, *two)}
    return [
        at_most(f"{what}: one core", seconds, "s", MOST_SECONDS),
        observed(
            f"{what}: one core, processor time",
            median(each.processor_seconds for each in one),
            "s",
        ),
        observed(f"{what}: one core, least of {REPEATS}", min(times), "s"),
        observed(f"{what}: fits", one[0].fits, "fits"),
        at_most(f"{what}: memory over the start", added, "MB", MOST_MB),
        at_most(
            f"{what}: peak of the whole process",
            max(each.peak_mb for each in one),
            "MB",
            MOST_MB,
        ),
        at_least(f"{what}: two cores faster", median(gains), "times", LEAST_GAIN),
        observed(
            f"{what}: processor time on two cores, of that on one",
            median(
                b.processor_seconds / a.processor_seconds
                for a, b in zip(one, two, strict=True)
            ),
            "times",
        ),
        at_most(f"{what}: different selections", len(kept), "sets", 1),
        observed(
            f"{what}: plain reference, {REFERENCE_DRAWS} draws scaled to all",
            reference * one[0].fits,
            "s",
        ),
        observed(f"{what}: faster than the reference", reference / a_fit, "times"),
        observed("RS-Local: compiling once, then kept on disk", compiling, "s"),
    ]


def _run(step: str, threads: int, extra: dict[str, str] | None = None) -> Figures:
    command = [sys.executable, "-m", __spec__.name, step, str(threads)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | (extra or {})
    done = subprocess.run(
        command, check=True, env=environment, capture_output=True, text=True
    )
    return Figures(**json.loads(done.stdout))


def made_search_soils(soils: int = SOILS) -> SearchSoils:
    """Return smooth spectra, some of whose shapes carry the response."""
    shapes = _shapes()
    spectra, values = _made(np.random.default_rng(1), shapes, soils)
    farm_spectra, farm_values = _made(np.random.default_rng(2), shapes, LABELS)
    everyone = np.arange(soils)
    return SearchSoils(
        spectra, values, everyone, farm_spectra.astype(np.float64), farm_values
    )


def _shapes() -> NDArray[np.float64]:
    """Return smooth curves, each at most 1."""
    steps = np.random.default_rng(0).normal(0, 1, (SHAPES, BANDS))
    curves = np.cumsum(np.cumsum(steps, axis=1), axis=1)
    largest: NDArray[np.float64] = np.abs(curves).max(axis=1, keepdims=True)
    shapes: NDArray[np.float64] = curves / largest
    return shapes


def _made(
    random: np.random.Generator, shapes: NDArray[np.float64], soils: int
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    spectra = np.empty((soils, BANDS), np.float32)
    values = np.empty(soils)
    slopes = np.linspace(0.6, -0.4, TELLING)
    for start in range(0, soils, ROWS_MADE_AT_ONCE):
        rows = slice(start, min(start + ROWS_MADE_AT_ONCE, soils))
        amounts = random.normal(0, 1, (rows.stop - rows.start, SHAPES))
        noise = random.normal(0, 1e-3, (len(amounts), BANDS))
        spectra[rows] = 0.5 + 0.03 * amounts @ shapes + noise
        unseen = random.normal(0, 0.3, len(amounts))
        values[rows] = 2 + amounts[:, :TELLING] @ slopes + unseen
    return spectra, values


def _compiled() -> float:
    """Load or compile every loop on a few soils; return how long that took."""
    few = made_search_soils(SETTINGS.keep + 1)
    start = time.perf_counter()
    draws = _first_draws(few)
    errors = CompiledScorer(few, SETTINGS, 1)(draws, lambda _: None)
    mean_errors(draws, errors, len(few.values))
    return time.perf_counter() - start


def _first_draws(soils: SearchSoils) -> SoilDraws:
    lots = lots_of(np.arange(len(soils.values)), soils.groups, grouped=False)
    return draw_round(lots, SETTINGS, (0, 0, 0))


def _searched(threads: int) -> Figures:
    _compiled()
    start_mb = _peak_mb()
    soils = made_search_soils()
    scorer = CompiledScorer(soils, SETTINGS, threads)
    began, worked = time.perf_counter(), time.process_time()
    found = search(soils, SETTINGS, scorer)
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    peak_mb = _peak_mb()
    return Figures(
        seconds=seconds,
        processor_seconds=processor,
        fits=sum(one.draws for one in found.rounds),
        start_mb=start_mb,
        peak_mb=peak_mb,
        reference_seconds=_reference(soils) if threads == 1 else 0.0,
        kept=hash(tuple(found.rows.tolist())),
    )


def _reference(soils: SearchSoils) -> float:
    """Return the plain reference's time a draw; the library is widened before."""
    draws = _first_draws(soils)
    rows = [draws[at] for at in range(REFERENCE_DRAWS)]
    library = (soils.spectra.astype(np.float64), soils.values)
    farm = (soils.farm_spectra, soils.farm_values)
    start = time.perf_counter()
    plain_errors(library, farm, rows, SETTINGS.components, SETTINGS.score)
    return (time.perf_counter() - start) / REFERENCE_DRAWS


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_A_MB


def main() -> None:
    """Run one step and tell its figures, or all of them and print a table."""
    if len(sys.argv) > 1:
        step, threads = sys.argv[1], int(sys.argv[2])
        found = Figures(_compiled()) if step == WARM_UP else _searched(threads)
        sys.stdout.write(json.dumps(asdict(found)))
    else:
        Console().print(table_of("RS-Local", bench_rows()))


if __name__ == "__main__":
    main()
