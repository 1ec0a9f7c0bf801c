"""A package that somebody named on the command line."""

from pathlib import Path

from protocols.model_package import ModelPackage, read_package
from trainer.errors import WorkspaceError


def read_named_package(path: Path) -> ModelPackage:
    """Read it, or say that there is none."""
    if not path.is_file():
        raise WorkspaceError(f"expected a package at {path}, found none")
    return read_package(path)
