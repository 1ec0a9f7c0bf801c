"""Options that say where many jobs run, and the settings that stand behind them."""

from pathlib import Path
from typing import Annotated

import typer

from trainer.engine.engine import EngineChoice, EngineKind
from trainer.settings import (
    FILE_NAME,
    EngineSettings,
    current_environment,
    read_settings,
    settings_of,
)

Engine = Annotated[
    EngineKind | None,
    typer.Option(
        help="Processes of this machine, or a Ray cluster; else as [engine] says.",
        show_default=False,
    ),
]
Jobs = Annotated[
    int, typer.Option(min=0, help="How many at once; 0: one a core of the engine.")
]


def engine_choice(engine: EngineKind | None, jobs: int) -> EngineChoice:
    """Return what the options ask for, and what they leave open from the settings."""
    settings = _settings()
    return EngineChoice(engine or settings.kind, jobs, settings.ray_address)


def _settings() -> EngineSettings:
    """Return the settings of this folder if it is a workspace, or the defaults."""
    path, environment = Path(FILE_NAME), current_environment()
    if path.is_file():
        return read_settings(path, environment).engine
    return settings_of({}, environment, "the environment").engine
