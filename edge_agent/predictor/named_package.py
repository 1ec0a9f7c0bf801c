"""A package that a person named: made ready for use, or refused in one sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from edge_agent.errors import PackageUnusableError, RefusedUpdateError
from protocols.errors import PackageError
from protocols.model_package import ModelPackage, read_package

Model = TypeVar("Model")


def read_named_package(path: Path, prove: Callable[[ModelPackage], Model]) -> Model:
    """Return what `prove` makes of the package at `path`."""
    try:
        return prove(read_package(path))
    except OSError as error:
        raise PackageUnusableError(
            f"expected a model package at {path}: {error.strerror}"
        ) from error
    except (PackageError, RefusedUpdateError) as error:
        raise PackageUnusableError(f"{path}: {error}") from error
