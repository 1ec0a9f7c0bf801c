"""`terroir protocol`: print what devices and cloud agree on."""

import json
from typing import Annotated

import typer

from protocols.asyncapi import asyncapi_document
from trainer.commands.asyncapi_yaml import asyncapi_yaml

app = typer.Typer(add_completion=False)


@app.command()
def protocol(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON instead of YAML.")
    ] = False,
) -> None:
    """Print the AsyncAPI document of every message."""
    if as_json:
        typer.echo(json.dumps(asyncapi_document(), indent=2))
    else:
        typer.echo(asyncapi_yaml(), nl=False)
