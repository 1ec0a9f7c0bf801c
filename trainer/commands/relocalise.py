"""`terroir relocalise`: refit farms as labels arrive, and publish."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from trainer.broker_connection import ServiceIdentity
from trainer.commands.export_option import budget_of
from trainer.commands.options import DEFAULT_SETTINGS, Settings
from trainer.commands.service import start_log, stop_on_signal
from trainer.identity.services import RELOCALISER_NAME
from trainer.library.parquet_table import read_library
from trainer.publishing.model_repository import ModelRepository
from trainer.publishing.signing_keys import SigningKeys
from trainer.relocaliser.fitter import Fitter, LibraryFitter
from trainer.relocaliser.relocaliser import Relocaliser, Surroundings
from trainer.relocaliser.update_orders import BrokerOrderDesk
from trainer.store.database import open_database
from trainer.workspace import Workspace, open_workspace

app = typer.Typer(add_completion=False)

IDLE_S, LOOK_S = 20.0, 1.0
LAST = 19
"""The priority of whoever lets all others go first."""


@app.command()
def relocalise(
    library: Annotated[Path, typer.Option(help="The library: a folder or a file.")],
    settings: Settings = DEFAULT_SETTINGS,
    once: Annotated[
        bool, typer.Option("--once", help="Fit what is due now, then exit.")
    ] = False,
) -> None:
    """Fit, publish and order, whenever a farm has new labels, until stopped."""
    start_log()
    stop = stop_on_signal()
    workspace = open_workspace(settings)
    fitter = LibraryFitter(read_library(library), budget_of(workspace.settings.export))
    with _surroundings(workspace, fitter) as around:
        relocaliser = Relocaliser(around, workspace.settings.relocaliser)
        if once:
            fitter.measure()
            count = relocaliser.run_once(stop)
            typer.echo(f"published {count} models")
            return
        # Farms do not wait for what takes minutes with a large library.
        words = (fitter, relocaliser, stop)
        threading.Thread(target=_measure_when_idle, args=words, daemon=True).start()
        relocaliser.run(stop)


def _measure_when_idle(
    fitter: LibraryFitter, relocaliser: Relocaliser, stop: threading.Event
) -> None:
    """Measure once no farm waits, and let later ones go first.

    On Linux a thread has a priority of its own.
    """
    while relocaliser.idle_s < IDLE_S:
        if stop.wait(LOOK_S):
            return
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LAST)
    fitter.measure()


@contextmanager
def _surroundings(workspace: Workspace, fitter: Fitter) -> Iterator[Surroundings]:
    engine = open_database(workspace.store_url)
    identity = ServiceIdentity(
        RELOCALISER_NAME, workspace.identity_of(RELOCALISER_NAME)
    )
    orders = BrokerOrderDesk(identity, workspace.settings.broker)
    keys = SigningKeys(workspace.signing_keys)
    try:
        yield Surroundings(
            engine=engine,
            fitter=fitter,
            repository=ModelRepository(workspace.repository, keys),
            orders=orders,
            clock=lambda: datetime.now(UTC),
        )
    finally:
        orders.close()
        engine.dispose()
