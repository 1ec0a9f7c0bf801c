"""How many pixels a second are prepared, on DuckDB and on Spark.

`python -m tests.benchmarks.crops.prepare_pace`. Both prepare the same made imagery of
one year with labels from a raster, in turns, each with two threads and a gigabyte, and
write the same series, which is checked byte by byte. Spark's session runs before the
first turn; reading and writing files is in the time. A pixel is one of ten metres in
one year with about 78 observations. Takes some minutes, most of them on Spark;
TERROIR_BENCH_SLOW=1 takes sixteen times the pixels.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

from rich.console import Console

from tests.benchmarks.__main__ import table_of
from tests.benchmarks.measurement import Measurement, at_most, observed
from trainer.crops.made_imagery.made_imagery import (
    MadeImagery,
    MadeOrder,
    write_made_imagery,
)
from trainer.crops.preparation.class_definition import (
    MAIN_CROPS,
    cropland_data_layer,
    read_definition,
)
from trainer.crops.preparation.preparation import Preparation, Resources, prepare
from trainer.crops.preparation.preparation_order import PreparationOrder
from trainer.crops.preparation.query_engine import EngineName, EngineSettings
from trainer.crops.preparation.spark_engine import SparkEngine

SLOW = "TERROIR_BENCH_SLOW"
BOXES, SIDE, SIDE_WHEN_SLOW = 4, 64, 256
YEAR = 2021
TURNS = 3
THREADS, MEMORY_MB = 2, 1024
ENGINES: tuple[EngineName, ...] = ("duckdb", "spark")
FILES = ("values.npy", "days.npy", "mask.npy", "scenes.npy", "places.parquet")


def bench_rows() -> list[Measurement]:
    """Return the rows for `make bench`."""
    folder = Path(tempfile.mkdtemp(prefix="terroir-prepare-"))
    side = SIDE_WHEN_SLOW if os.environ.get(SLOW) == "1" else SIDE
    try:
        order = MadeOrder(boxes=BOXES, side=side, years=(YEAR,))
        return _rows(write_made_imagery(folder / "made", order), folder)
    finally:
        shutil.rmtree(folder)


def _rows(made: MadeImagery, folder: Path) -> list[Measurement]:
    spent: dict[EngineName, list[float]] = {name: [] for name in ENGINES}
    settings = EngineSettings(MEMORY_MB, THREADS, folder / "spill")
    with SparkEngine(settings):
        differing = 0
        for _ in range(TURNS):
            for name in ENGINES:
                spent[name].append(_prepare(made, folder / name, name))
            differing += _differing(*(folder / name for name in ENGINES))
            for name in ENGINES:
                shutil.rmtree(folder / name)
    return [
        observed("pixels of a year", made.places, "pixels"),
        observed("observations of them", made.rows, "rows"),
        *(
            observed(f"prepared on {name}", made.places / median(spent[name]), "px/s")
            for name in ENGINES
        ),
        *(
            observed(f"read on {name}", made.rows / median(spent[name]), "rows/s")
            for name in ENGINES
        ),
        at_most("files that differ between them", differing, "files", 0),
    ]


def _prepare(made: MadeImagery, into: Path, engine: EngineName) -> float:
    """Prepare once and return how many seconds it took."""
    order = PreparationOrder(
        observations=str(made.observations),
        labels=(f"{YEAR}={made.labels[YEAR]}",),
        classes=read_definition(MAIN_CROPS),
    )
    resources = Resources(engine=engine, memory_mb=MEMORY_MB, threads=THREADS)
    began = time.perf_counter()
    prepare(Preparation(order, cropland_data_layer(), into), resources, lambda _: None)
    return time.perf_counter() - began


def _differing(one: Path, other: Path) -> int:
    """Return how many files of two folders of series differ."""
    return sum(
        (one / name).read_bytes() != (other / name).read_bytes() for name in FILES
    )


if __name__ == "__main__":
    Console().print(table_of("crops prepared", bench_rows()))
