"""`terroir device`: enrol devices."""

from pathlib import Path
from typing import Annotated

import typer

from protocols.identifiers import parse_address
from trainer.commands.options import DEFAULT_SETTINGS, Settings
from trainer.identity.enrolment import (
    UNKNOWN_INSTRUMENT,
    Enrolment,
    enrol,
    parse_instrument,
)
from trainer.workspace import open_workspace

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def device() -> None:
    """Enrol devices."""


@app.command("enrol")
def enrol_device(
    address: Annotated[str, typer.Argument(help="tenant/farm/device")],
    into: Annotated[Path, typer.Option(help="The folder to deliver with the device.")],
    settings: Settings = DEFAULT_SETTINGS,
    instrument: Annotated[
        str | None, typer.Option(help="Its spectrometer, as maker/model/serial.")
    ] = None,
) -> None:
    """Issue a device's certificate and settings."""
    enrolment = Enrolment(
        address=parse_address(address),
        instrument=parse_instrument(instrument) if instrument else UNKNOWN_INSTRUMENT,
    )
    path = enrol(open_workspace(settings), enrolment, into)
    typer.echo(f"enrolled {enrolment.address}: {path}")
