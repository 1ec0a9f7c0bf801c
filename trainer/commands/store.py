"""`terroir store`: show what was received and published."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from trainer.commands.options import DEFAULT_SETTINGS, AsJson, Settings
from trainer.store.database import open_database
from trainer.store.publication_log import FitRecord, PublicationLog
from trainer.store.sample_store import QuarantinedBody, RecordCount, SampleStore
from trainer.workspace import open_workspace

app = typer.Typer(no_args_is_help=True, add_completion=False)


@dataclass(frozen=True)
class StoreSummary:
    """Everything that `terroir store show` tells."""

    records: Sequence[RecordCount]
    quarantine: Sequence[QuarantinedBody]
    publications: Sequence[FitRecord]


@app.callback()
def store() -> None:
    """Show what was received and published."""


@app.command()
def show(settings: Settings = DEFAULT_SETTINGS, as_json: AsJson = False) -> None:
    """Count records by device and kind; list the quarantine and publications."""
    summary = _summary_of(open_workspace(settings).store_url)
    if as_json:
        typer.echo(msgspec.json.encode(summary).decode())
        return
    console = Console()
    for table in _tables(summary):
        console.print(table)


def _summary_of(url: str) -> StoreSummary:
    engine = open_database(url)
    try:
        samples = SampleStore(engine)
        return StoreSummary(
            samples.counts(), samples.quarantined(), PublicationLog(engine).all()
        )
    finally:
        engine.dispose()


def _tables(summary: StoreSummary) -> list[Table]:
    records = Table("tenant", "farm", "device", "kind", "records", title="Records")
    for one in summary.records:
        records.add_row(one.tenant, one.farm, one.device, one.kind, str(one.records))
    quarantine = Table("topic", "record", "reason", title="Quarantine")
    for body in summary.quarantine:
        quarantine.add_row(body.topic, body.record, escape(body.reason))
    fits = Table("farm", "labels", "model", "reason", title="Publications")
    for fit in summary.publications:
        outcome = fit.digest[:12] if fit.digest else f"failed: {fit.failure}"
        fits.add_row(
            f"{fit.tenant}/{fit.farm}", str(fit.labels), escape(outcome), fit.reason
        )
    return [records, quarantine, fits]
