"""`terroir broker`: configure Mosquitto."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from trainer.errors import WorkspaceError
from trainer.identity.broker_configuration import (
    REFERENCE,
    access_rules,
    mosquitto_configuration,
    write_configuration,
)

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def broker() -> None:
    """Configure Mosquitto."""


@app.command()
def configure(
    into: Annotated[
        Path | None, typer.Option(help="The folder to write both files to.")
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65_535)] = REFERENCE.port,
    show: Annotated[
        bool, typer.Option("--print", help="Print both files instead.")
    ] = False,
) -> None:
    """Write mosquitto.conf and its access list, for /etc/terroir/broker."""
    plan = replace(REFERENCE, port=port)
    if show:
        typer.echo(mosquitto_configuration(plan))
        typer.echo(access_rules(), nl=False)
    elif into is not None:
        typer.echo(f"wrote {write_configuration(plan, into)}")
    else:
        raise WorkspaceError("expected --into FOLDER or --print, found neither")
