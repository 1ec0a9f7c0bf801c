"""Make a cloud's workspace: authority, certificates, broker, signed repository, store.

The settings file is written last; a folder that has one is a whole workspace.
"""

import getpass
import socket
from pathlib import Path

from trainer.durable_files import write_durably
from trainer.errors import WorkspaceError
from trainer.identity.authority import Authority, Identity, create_authority
from trainer.identity.broker_configuration import BrokerPlan, write_configuration
from trainer.identity.services import (
    BROKER_NAME,
    CLIENT_NAMES,
    REPOSITORY_NAME,
)
from trainer.publishing.model_repository import ModelRepository
from trainer.publishing.signing_keys import SigningKeys
from trainer.settings import FILE_NAME, CloudSettings
from trainer.store.database import open_database
from trainer.workspace import Workspace

ALWAYS_NAMED = ("localhost", "127.0.0.1")


def create_workspace(root: Path, settings: CloudSettings) -> Workspace:
    """Make everything that the cloud's programs need in `root`; refuse where it is."""
    path = root / FILE_NAME
    if path.exists():
        raise WorkspaceError(
            f"expected no workspace in {root}, found {path}; choose another folder"
        )
    root.mkdir(parents=True, exist_ok=True)
    workspace = Workspace(root.resolve(), settings)
    authority = create_authority(workspace.authority)
    _issue_services(workspace, authority)
    _prepare_broker(workspace, authority)
    keys = SigningKeys(workspace.signing_keys)
    keys.create()
    ModelRepository(workspace.repository, keys).create()
    open_database(workspace.store_url).dispose()
    write_durably(path, settings_text(settings).encode())
    return workspace


def settings_text(settings: CloudSettings) -> str:
    """Return the text of `cloud.toml`: what differs from one cloud to the next."""
    return f"""\
# Settings of this Terroir cloud. Paths are relative to this file; everything that is
# not said here has the default of trainer/settings.py.

[broker]
host = "{settings.broker.host}"
port = {settings.broker.port}

[updates]
host = "{settings.updates.host}"
port = {settings.updates.port}

[store]
url = "{settings.store.url}"
"""


def _issue_services(workspace: Workspace, authority: Authority) -> None:
    workspace.services.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in CLIENT_NAMES:
        _write(workspace, name, authority.issue_client(name))
    hosts = _hosts(workspace.settings.updates.host)
    _write(workspace, REPOSITORY_NAME, authority.issue_server(REPOSITORY_NAME, hosts))


def _prepare_broker(workspace: Workspace, authority: Authority) -> None:
    """Put the broker's files into its folder; it runs as who made them."""
    broker, endpoint = workspace.broker, workspace.settings.broker
    data = broker / "data"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    hosts = _hosts(endpoint.host)
    authority.issue_server(BROKER_NAME, hosts).write(
        broker / "broker.pem", broker / "broker.key"
    )
    write_durably(broker / "authority.pem", authority.certificate_pem)
    plan = BrokerPlan(
        folder=broker,
        data=data,
        port=endpoint.port,
        host=endpoint.host,
        user=getpass.getuser(),
    )
    write_configuration(plan, broker)


def _write(workspace: Workspace, name: str, identity: Identity) -> None:
    files = workspace.identity_of(name)
    identity.write(files.certificate, files.key)


def _hosts(host: str) -> tuple[str, ...]:
    """Return the names that a server answers to, each once."""
    return tuple(dict.fromkeys((host, socket.gethostname(), *ALWAYS_NAMED)))
