"""Spark: a session that runs already, such as on Databricks, or one on this machine.

Rows come back through Parquet files: a driver that collected them would hold them all
in memory.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import ibis
import pyarrow.dataset as ds
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from trainer.crops.preparation.observation_files import ObservationFiles
from trainer.crops.preparation.query_engine import EngineSettings
from trainer.errors import EngineError, LibraryError

ROWS_A_BATCH = 100_000
LOOPBACK = "127.0.0.1"
"""A session of this machine is for nobody else: no other network hears of it."""

_SHUFFLE_PARTITIONS = 8


class SparkEngine:
    """Runs expressions on Spark; ends the session only where it began it."""

    def __init__(self, settings: EngineSettings) -> None:
        """Join the session of this process, or begin one on this machine."""
        running = SparkSession.getActiveSession()
        self._owns = running is None
        self._session = running or _begin(settings)
        self._connection = ibis.pyspark.connect(self._session)
        self._results = settings.spill / f"results-{uuid.uuid4().hex}"

    def observations(self, files: ObservationFiles) -> Any:  # noqa: ANN401 - see QueryEngine
        """Open files on disk."""
        if not files.is_local:
            raise EngineError(
                f"expected observations on disk for Spark, found {files.root}; mount "
                "the bucket, or leave out --engine spark"
            )
        base = str(Path(files.root).resolve())
        paths = [str(Path(one).resolve()) for one in files.paths]
        reader = self._session.read
        if Path(base).is_dir():
            reader = reader.option("basePath", base)
        name = f"observations_{uuid.uuid4().hex}"
        reader.parquet(*paths).createOrReplaceTempView(name)
        return self._connection.table(name)

    def table(self, path: Path) -> Any:  # noqa: ANN401 - see QueryEngine
        """Open a Parquet file of our own."""
        return self._connection.read_parquet(str(path.resolve()))

    def batches(self, expression: Any) -> Iterator[Any]:  # noqa: ANN401 - see QueryEngine
        """Let Spark write the rows, and stream them from there."""
        folder = (self._results / uuid.uuid4().hex).resolve()
        try:
            frame = self._session.sql(ibis.to_sql(expression, dialect="pyspark"))
            frame.write.parquet(str(folder))
        except PySparkException as error:
            told = str(error).partition("\n")[0]
            raise LibraryError(
                f"expected observations that can be read, found {told}; correct them"
            ) from error
        try:
            rows = ds.dataset(folder, format="parquet")
            yield from rows.to_batches(batch_size=ROWS_A_BATCH)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove what was handed over, and end what was begun."""
        shutil.rmtree(self._results, ignore_errors=True)
        if self._owns:
            self._session.stop()


def _begin(settings: EngineSettings) -> SparkSession:
    threads = settings.threads or "*"
    os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK)
    session: SparkSession = (
        SparkSession.builder.master(f"local[{threads}]")
        .appName("terroir crops prepare")
        .config("spark.driver.bindAddress", LOOPBACK)
        .config("spark.driver.host", LOOPBACK)
        .config("spark.driver.memory", f"{settings.memory_mb}m")
        .config("spark.local.dir", str(settings.spill.resolve()))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", _SHUFFLE_PARTITIONS)
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session
