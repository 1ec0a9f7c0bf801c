"""How quickly networks learn from series and tell them, and what they wait for.

`python -m tests.benchmarks.crops.training_pace`. Made series of a whole season in
buckets of five days lie in a folder of mapped files. They are learned from held in
memory, and read ahead from the files; one thread computes. The trace of the last run is
kept for TensorBoard in `build/bench/crops_trace`. It takes about two minutes.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console

from protocols.season_grid import Channel, SeasonGrid
from tests.benchmarks.__main__ import RESULTS, table_of
from tests.benchmarks.measurement import Measurement, at_most, observed
from tests.benchmarks.one_thread import one_thread
from tests.benchmarks.training_throughput import PaceWatch
from trainer.crops.learning import series_rows
from trainer.crops.learning.learning_settings import CropPlan, SeriesSettings
from trainer.crops.learning.series_parts import SeriesParts
from trainer.crops.learning.told_places import told_until
from trainer.crops.learning.train_series import SeriesLesson, train_series
from trainer.crops.networks.crop_recipes import crop_recipe_named
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.series.series_folder import open_series_folder, write_series_folder
from trainer.crops.series.series_set import PlaceTable, SeriesSet
from trainer.training.profile_trace import ProfileTrace
from trainer.training.training_watch import TrainingWatch, Watches

CHANNELS = tuple(
    Channel(name=f"S2-{band}", unit="1")
    for band in ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12")
)
GRID = SeasonGrid(first_day=60, bucket_days=5, steps=40, channels=CHANNELS)
LEGEND = tuple(f"crop {at}" for at in range(7))
PLACES, SEEN, BATCH = 8192, 0.4, 256
WAITING = 0.1
NETWORKS = ("attention", "recurrent", "published")
TRACE = RESULTS / "crops_trace"


@dataclass(frozen=True)
class SeriesPace:
    """Series a second while learning and telling, and the share of time waiting."""

    trained: float
    told: float
    waiting: float


def made_series(places: int) -> SeriesSet:
    """Return series that nobody saw; what they hold does not change the pace."""
    random = np.random.default_rng(0)
    shape = (places, GRID.steps, len(CHANNELS))
    begins = 60 + 5 * np.arange(GRID.steps)
    days = begins + random.integers(0, 5, shape[:2])
    mask = np.repeat(random.uniform(size=(*shape[:2], 1)) < SEEN, shape[2], axis=2)
    names = np.array([f"place-{at}" for at in range(places)])
    table = PlaceTable(
        names=names,
        boxes=np.array([f"box-{at // 64}" for at in range(places)]),
        years=np.full(places, 2021, np.int16),
        fields=np.full(places, "", dtype="<U1"),
        longitudes=np.zeros(places),
        latitudes=np.zeros(places),
        labels=random.integers(0, len(LEGEND), places).astype(np.int16),
    )
    values = random.uniform(0, 0.6, shape).astype(np.float16)
    return SeriesSet(GRID, LEGEND, table, values, days.astype(np.int16), mask)


def pace_of(network: str, series: SeriesSet, trace: Path | None = None) -> SeriesPace:
    """Train two epochs, the first to warm up, and tell all places once."""
    rows = np.arange(len(series))
    held = len(series) // 8
    parts = SeriesParts(rows[held:], rows[:held], rows[:0])
    settings = SeriesSettings(epochs=2, patience=1, batch=BATCH)
    plan = CropPlan(recipe=crop_recipe_named(network), settings=settings, seed=0)
    watch = PaceWatch()
    lesson = SeriesLesson(series, parts, digest="made")
    looking: list[TrainingWatch] = [watch]
    if trace is not None:
        looking.append(ProfileTrace(trace))
    trained = train_series(plan, lesson, Watches(looking))
    began = time.perf_counter()
    told_until(trained.network, series, SeasonCut(GRID, GRID), 400)
    told = len(series) / (time.perf_counter() - began)
    return SeriesPace(watch.pace.spectra_a_second, told, watch.pace.data_share)


def pace_rows(places: int, networks: tuple[str, ...]) -> list[Measurement]:
    """Return the rows of every network, held in memory and read from files."""
    rows: list[Measurement] = []
    with tempfile.TemporaryDirectory() as folder, one_thread():
        write_series_folder(Path(folder) / "series", made_series(places))
        series = open_series_folder(Path(folder) / "series")
        for network in networks:
            rows += _rows(f"{network}, held in memory", pace_of(network, series))
            with _nothing_held():
                rows += _rows(f"{network}, read ahead", pace_of(network, series))
        shutil.rmtree(TRACE, ignore_errors=True)
        pace_of(networks[0], series, TRACE)
    traces = len(list(TRACE.glob("*.pt.trace.json")))
    return [*rows, observed("traces kept in build/bench/crops_trace", traces, "files")]


def bench_rows() -> list[Measurement]:
    """Return the figures for `make bench`."""
    return pace_rows(PLACES, NETWORKS)


def _rows(name: str, pace: SeriesPace) -> list[Measurement]:
    return [
        observed(f"{name}: trained", pace.trained, "series/s"),
        observed(f"{name}: told", pace.told, "series/s"),
        at_most(f"{name}: time waiting for data", pace.waiting, "share", WAITING),
    ]


@contextmanager
def _nothing_held() -> Iterator[None]:
    """Let no series stay in memory, as if there were more of them than it holds."""
    held = series_rows.HELD_BYTES
    series_rows.HELD_BYTES = 0
    try:
        yield
    finally:
        series_rows.HELD_BYTES = held


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=PLACES)
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    asked = parser.parse_args()
    found = pace_rows(asked.places, tuple(asked.networks))
    Console().print(table_of("training pace on series", found))
