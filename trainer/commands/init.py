"""`terroir init`: make a cloud's workspace."""

from pathlib import Path
from typing import Annotated

import typer

from trainer.new_workspace import create_workspace
from trainer.settings import CloudSettings, Endpoint

app = typer.Typer(add_completion=False)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where to make it.")],
    broker_port: Annotated[int, typer.Option(min=1, max=65_535)] = 8883,
    updates_port: Annotated[int, typer.Option(min=1, max=65_535)] = 8443,
    host: Annotated[
        str, typer.Option(help="The name or address under which devices find it.")
    ] = "127.0.0.1",
) -> None:
    """Make an authority, the broker's files, a signed repository and a store."""
    settings = CloudSettings(
        broker=Endpoint(host=host, port=broker_port),
        updates=Endpoint(host=host, port=updates_port),
    )
    workspace = create_workspace(folder, settings)
    typer.echo(f"made {workspace.root}")
    typer.echo(f"next: mosquitto -c {workspace.broker / 'mosquitto.conf'}")
