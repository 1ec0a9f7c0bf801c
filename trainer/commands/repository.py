"""`terroir repository`: publish, serve, refresh and show the signed models."""

import json
import threading
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from trainer.commands.named_package import read_named_package
from trainer.commands.options import DEFAULT_SETTINGS, AsJson, Settings
from trainer.commands.service import start_log, stop_on_signal
from trainer.identity.services import REPOSITORY_NAME
from trainer.publishing.model_repository import ModelRepository
from trainer.publishing.repository_server import RepositoryServer
from trainer.publishing.signing_keys import SigningKeys
from trainer.workspace import Workspace, open_workspace

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def repository() -> None:
    """Publish, serve, refresh and show the signed models."""


@app.command()
def serve(settings: Settings = DEFAULT_SETTINGS) -> None:
    """Serve models over HTTPS to enrolled devices, until stopped."""
    start_log()
    stop = stop_on_signal()
    workspace = open_workspace(settings)
    server = RepositoryServer(
        workspace.repository,
        workspace.settings.updates,
        workspace.identity_of(REPOSITORY_NAME),
    )
    with server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        stop.wait()
        server.shutdown()
        thread.join()


@app.command()
def publish(
    package: Annotated[Path, typer.Argument(help="A package, *.terroir.")],
    settings: Settings = DEFAULT_SETTINGS,
) -> None:
    """Offer a package to the devices of the farm that it was made for."""
    found = read_named_package(package)
    manifest, models = found.manifest, _repository(open_workspace(settings))
    models.publish(manifest.tenant, manifest.farm, package.read_bytes())
    told = f"{manifest.tenant}/{manifest.farm}/{found.target}"
    typer.echo(f"published {found.digest} as {told}")


@app.command()
def refresh(settings: Settings = DEFAULT_SETTINGS) -> None:
    """Sign anew what is past half of its validity; run it daily."""
    count = _repository(open_workspace(settings)).refresh()
    typer.echo(f"signed {count} files anew")


@app.command()
def show(settings: Settings = DEFAULT_SETTINGS, as_json: AsJson = False) -> None:
    """Show each farm's present model, and when the signatures run out."""
    models = _repository(open_workspace(settings))
    published = models.published()
    expiries = {role: at.isoformat() for role, at in models.expiries().items()}
    if as_json:
        typer.echo(json.dumps({"published": published, "expires": expiries}))
        return
    table = Table("model", "sha256")
    for target, digest in published.items():
        table.add_row(target, digest)
    for role, at in expiries.items():
        table.add_row(f"{role} runs out", at)
    Console().print(table)


def _repository(workspace: Workspace) -> ModelRepository:
    return ModelRepository(workspace.repository, SigningKeys(workspace.signing_keys))
