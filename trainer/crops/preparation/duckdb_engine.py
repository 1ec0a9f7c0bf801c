"""DuckDB in this process, with a limit on its memory and a folder to spill into."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import ibis
import pyarrow as pa

from trainer.crops.preparation.observation_files import ObservationFiles
from trainer.crops.preparation.query_engine import EngineSettings
from trainer.errors import EngineError, LibraryError, TerroirError

ROWS_A_BATCH = 100_000
OUT_OF_MEMORY = "Out of Memory"


class DuckDbEngine:
    """Runs expressions in this process."""

    def __init__(self, settings: EngineSettings) -> None:
        """Connect to a database in memory."""
        settings.spill.mkdir(parents=True, exist_ok=True)
        self._connection = ibis.duckdb.connect(
            memory_limit=f"{settings.memory_mb}MB",
            temp_directory=str(settings.spill),
            preserve_insertion_order=False,
            **({"threads": settings.threads} if settings.threads else {}),
        )
        self._settings = settings

    def observations(self, files: ObservationFiles) -> Any:  # noqa: ANN401 - see QueryEngine
        """Open files on disk directly, and those on S3 through Arrow."""
        if files.is_local:
            return self._connection.read_parquet(
                files.paths, hive_partitioning=True, hive_types_autocast=False
            )
        self._connection.con.register("observations", files.dataset())
        return self._connection.table("observations")

    def table(self, path: Path) -> Any:  # noqa: ANN401 - see QueryEngine
        """Open a Parquet file of our own."""
        return self._connection.read_parquet(str(path), hive_partitioning=False)

    def batches(self, expression: Any) -> Iterator[Any]:  # noqa: ANN401 - see QueryEngine
        """Stream record batches."""
        try:
            sql = ibis.to_sql(expression, dialect="duckdb")
            yield from self._connection.con.execute(sql).to_arrow_reader(ROWS_A_BATCH)
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise self._refusal(error) from error

    def _refusal(self, error: Exception) -> TerroirError:
        """Tell what is too large from what is wrong; a stream says only in words."""
        told = str(error).partition("\n")[0]  # the query follows
        if OUT_OF_MEMORY in told:
            return EngineError(
                f"expected the work to fit into {self._settings.memory_mb} MB and what "
                f"spills, it did not ({told}); give more with --memory"
            )
        return LibraryError(
            f"expected observations that can be read, found {told}; correct them"
        )

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of memory and files."""
        self._connection.disconnect()
