"""`terroir ingest`: receive what devices send."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from trainer.broker_connection import ServiceIdentity
from trainer.commands.options import DEFAULT_SETTINGS, Settings
from trainer.commands.service import start_log, stop_on_signal
from trainer.identity.services import INGEST_NAMES, ingest_name
from trainer.ingest.ingest_service import IngestService
from trainer.ingest.intake import Intake
from trainer.store.database import open_database
from trainer.store.sample_store import SampleStore
from trainer.workspace import Workspace, open_workspace

app = typer.Typer(add_completion=False)


@app.command()
def ingest(
    settings: Settings = DEFAULT_SETTINGS,
    instance: Annotated[
        int,
        typer.Option(
            min=1,
            max=len(INGEST_NAMES),
            help="Which of the ingests that share the load this one is.",
        ),
    ] = 1,
) -> None:
    """Commit what devices send to the store, and then give receipts, until stopped."""
    start_log()
    stop = stop_on_signal()
    workspace = open_workspace(settings)
    engine = open_database(workspace.store_url)
    try:
        service = _service(workspace, SampleStore(engine), ingest_name(instance))
        service.run(workspace.settings.broker, stop)
    finally:
        engine.dispose()


def _service(workspace: Workspace, store: SampleStore, name: str) -> IngestService:
    settings = workspace.settings.ingest
    identity = ServiceIdentity(
        name, workspace.identity_of(name), settings.session_expiry_s
    )
    return IngestService(Intake(store, _utc_now), identity, settings)


def _utc_now() -> datetime:
    return datetime.now(UTC)
