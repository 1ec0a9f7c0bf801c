"""Options that say what a package's graphs may cost, and the settings behind them."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from trainer.export.export_budget import ExportBudget, Format
from trainer.settings import (
    FILE_NAME,
    ExportSettings,
    current_environment,
    read_settings,
    settings_of,
)

BYTES_A_MB = 1_000_000

Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        help="A format that the package shall hold, onnx or tflite; may be repeated. "
        "Else as [export] says.",
        show_default=False,
    ),
]
MostMegabytes = Annotated[
    float | None,
    typer.Option(
        "--most-mb", min=0, help="How large a graph may be.", show_default=False
    ),
]
MostLatency = Annotated[
    float | None,
    typer.Option(
        "--most-ms",
        min=0,
        help="How long a scan may take on one thread of this machine, at the median.",
        show_default=False,
    ),
]


def export_budget(
    formats: list[str] | None, most_mb: float | None, most_ms: float | None
) -> ExportBudget:
    """Return what the options ask for, and what they leave open from the settings."""
    told = budget_of(_settings())
    return ExportBudget(
        formats=_formats(formats) if formats else told.formats,
        most_error=told.most_error,
        most_bytes=round(most_mb * BYTES_A_MB) if most_mb else told.most_bytes,
        most_latency_ms=most_ms or told.most_latency_ms,
        allows_int4=told.allows_int4,
    )


def budget_of(settings: ExportSettings) -> ExportBudget:
    """Return the budget that the settings tell."""
    return ExportBudget(
        formats=settings.formats,
        most_error=settings.most_error,
        most_bytes=settings.most_bytes,
        most_latency_ms=settings.most_latency_ms,
        allows_int4=settings.allows_int4,
    )


def _formats(told: list[str]) -> tuple[Format, ...]:
    """Return each format once, or refuse one that is none."""
    try:
        return msgspec.convert(tuple(dict.fromkeys(told)), tuple[Format, ...])
    except msgspec.ValidationError:
        raise typer.BadParameter(
            f"expected --format onnx or tflite, found {' and '.join(told)}"
        ) from None


def _settings() -> ExportSettings:
    """Return the settings of this folder if it is a workspace, or the defaults."""
    path, environment = Path(FILE_NAME), current_environment()
    if path.is_file():
        return read_settings(path, environment).export
    return settings_of({}, environment, "the environment").export
