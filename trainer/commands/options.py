"""Options that several commands share, worded once."""

from pathlib import Path
from typing import Annotated

import typer

from trainer.settings import FILE_NAME

Settings = Annotated[
    Path,
    typer.Option(
        "--settings", help="The cloud's settings file, or the folder it lies in."
    ),
]
DEFAULT_SETTINGS = Path(FILE_NAME)

AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON for programs instead of a table.")
]
