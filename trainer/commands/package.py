"""`terroir package`: show what a model package says, and verify that it is so."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown

from protocols.golden_vectors import golden_from_members, largest_difference
from protocols.model_manifest import encode_manifest
from protocols.model_package import CARD, ModelPackage, read_package
from trainer.commands.options import AsJson
from trainer.errors import ExportError, WorkspaceError

app = typer.Typer(no_args_is_help=True, add_completion=False)

PackageFile = Annotated[Path, typer.Argument(help="A package, *.terroir.")]


@app.callback()
def package() -> None:
    """Show and verify model packages."""


@app.command()
def show(path: PackageFile, as_json: AsJson = False) -> None:
    """Print the model card, or the manifest as JSON."""
    found = _read(path)
    if as_json:
        typer.echo(encode_manifest(found.manifest).decode())
        return
    console = Console()
    console.print(Markdown(found.members[CARD].decode()))
    console.print(f"package {found.digest}", highlight=False)


@app.command()
def verify(path: PackageFile) -> None:
    """Check every digest, and run the golden vectors through onnxruntime."""
    from trainer.export.export_parity import (  # noqa: PLC0415 - loads torch
        answer_of_graph,
    )

    found = _read(path)
    golden = golden_from_members(found.members, found.manifest)
    for artefact in found.manifest.artefacts:
        if "onnxruntime" not in artefact.runtimes:
            continue
        answer = answer_of_graph(found.members[artefact.member], golden.spectrum)
        _check(largest_difference(golden.answer, answer, found.manifest), found)
        typer.echo(f"{artefact.member}: {len(golden.spectrum)} golden scans agree")
    typer.echo(f"package {found.digest} is what it says")


def _read(path: Path) -> ModelPackage:
    if not path.is_file():
        raise WorkspaceError(f"expected a package at {path}, found none")
    return read_package(path)


def _check(difference: float, found: ModelPackage) -> None:
    tolerance = found.manifest.golden_tolerance
    if difference > tolerance:
        raise ExportError(
            f"expected golden answers within {tolerance:g} standard deviations, found "
            f"{difference:g}; do not install this package"
        )
