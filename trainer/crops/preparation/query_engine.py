"""Where the expressions run: DuckDB here by default, or Spark; they are the same.

An engine opens tables and hands rows back in batches. It decides nothing: what is
prepared is written once, as Ibis expressions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self

from trainer.crops.preparation.observation_files import ObservationFiles

EngineName = Literal["duckdb", "spark"]


@dataclass(frozen=True)
class EngineSettings:
    """How much of the machine an engine may take.

    Attributes:
        memory_mb: Of the engine's own memory; what is more goes to `spill`.
        threads: Of the processor; all if nothing is said.
        spill: A folder for what does not fit.
    """

    memory_mb: int
    threads: int | None
    spill: Path


class QueryEngine(Protocol):
    """What runs expressions."""

    def observations(self, files: ObservationFiles) -> Any:  # noqa: ANN401 - Ibis has no types for a table of any engine
        """Open observations as an Ibis table."""

    def table(self, path: Path) -> Any:  # noqa: ANN401 - as above
        """Open a Parquet file of our own."""

    def batches(self, expression: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
        """Run an expression and return Arrow record batches."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of everything."""
