"""Open the engine that was asked for; its libraries are loaded only then."""

from trainer.crops.preparation.query_engine import (
    EngineName,
    EngineSettings,
    QueryEngine,
)
from trainer.errors import EngineError


def open_engine(name: EngineName, settings: EngineSettings) -> QueryEngine:
    """Return an engine, or say what to install."""
    try:
        if name == "spark":
            from trainer.crops.preparation.spark_engine import (  # noqa: PLC0415 - loads pyspark
                SparkEngine,
            )

            return SparkEngine(settings)
        from trainer.crops.preparation.duckdb_engine import (  # noqa: PLC0415 - loads duckdb
            DuckDbEngine,
        )

        return DuckDbEngine(settings)
    except ModuleNotFoundError as error:
        extra = "crops,spark" if name == "spark" else "crops"
        raise EngineError(
            f"expected the packages of {name}, found no {error.name}; install them: "
            f"pip install 'terroir[{extra}]'"
        ) from error
