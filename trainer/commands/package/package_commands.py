"""The commands of `terroir package`: read, ask one question, print the answer."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from trainer.commands.named_package import read_named_package
from trainer.commands.options import AsJson
from trainer.commands.package.difference_sheet import print_difference
from trainer.commands.package.package_difference import difference_of
from trainer.commands.package.package_sheet import print_package
from trainer.commands.package.verification import check_verdict, verify_package
from trainer.commands.package.verification_sheet import print_verdict

app = typer.Typer(no_args_is_help=True, add_completion=False)

PackageFile = Annotated[Path, typer.Argument(help="A package, *.terroir.")]
OlderFile = Annotated[Path, typer.Argument(help="The package to start from.")]
NewerFile = Annotated[Path, typer.Argument(help="The package to compare with it.")]


@app.callback()
def package() -> None:
    """Show, verify and compare model packages."""


@app.command()
def show(path: PackageFile, as_json: AsJson = False) -> None:
    """Print the model card and what is inside, or the manifest as it was written."""
    found = read_named_package(path)
    if as_json:
        typer.echo(found.manifest_json.decode())
    else:
        print_package(Console(), found, path.stat().st_size)


@app.command()
def verify(path: PackageFile, as_json: AsJson = False) -> None:
    """Check every digest, and the golden scans on every runtime that is here."""
    verdict = verify_package(read_named_package(path))
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(verdict)).decode())
    else:
        print_verdict(Console(), verdict)
    check_verdict(verdict)


@app.command()
def diff(before: OlderFile, after: NewerFile, as_json: AsJson = False) -> None:
    """Say what changed between two packages, and how their answers differ."""
    found = difference_of(read_named_package(before), read_named_package(after))
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        print_difference(Console(), found)
