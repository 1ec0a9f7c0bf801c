"""Enrol a device: write the folder that it is delivered with.

The bundle holds the device's certificate and key, the authority and the repository's
root that it trusts, and settings that say where broker and models are.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from protocols.identifiers import DeviceAddress
from protocols.messages import Instrument
from trainer.durable_files import PUBLIC, write_durably
from trainer.errors import IdentityError, WorkspaceError
from trainer.identity.authority import load_authority
from trainer.settings import CloudSettings
from trainer.workspace import Workspace

SETTINGS_NAME = "agent.toml"
UNKNOWN_INSTRUMENT = Instrument(maker="unknown", model="unknown", serial="unknown")


@dataclass(frozen=True)
class Enrolment:
    """Which device is enrolled, and with which spectrometer."""

    address: DeviceAddress
    instrument: Instrument = UNKNOWN_INSTRUMENT


def enrol(workspace: Workspace, enrolment: Enrolment, into: Path) -> Path:
    """Write the device's bundle into the folder `into`; return its settings file."""
    settings = into / SETTINGS_NAME
    if settings.exists():
        raise WorkspaceError(
            f"expected no device in {into}, found {settings}; choose another folder"
        )
    root = _trusted_root(workspace)
    authority = load_authority(workspace.authority)
    identity = authority.issue_client(str(enrolment.address))
    into.mkdir(parents=True, exist_ok=True)
    identity.write(into / "device.pem", into / "device.key")
    write_durably(into / "authority.pem", authority.certificate_pem)
    write_durably(into / "root.json", root)
    text = agent_settings(enrolment, workspace.settings)
    write_durably(settings, text.encode(), PUBLIC)
    return settings


def parse_instrument(text: str) -> Instrument:
    """Read `maker/model/serial`."""
    parts = [part.strip() for part in text.split("/")]
    if len(parts) != 3 or not all(parts):  # noqa: PLR2004 - maker, model and serial
        raise IdentityError(f"expected maker/model/serial, found {text!r}")
    return Instrument(maker=parts[0], model=parts[1], serial=parts[2])


def agent_settings(enrolment: Enrolment, cloud: CloudSettings) -> str:
    """Return the text of `agent.toml`."""
    updates = f"https://{cloud.updates.host}:{cloud.updates.port}"
    tables: dict[str, dict[str, str | int | float]] = {
        "broker": {
            "host": cloud.broker.host,
            "port": cloud.broker.port,
            "authority": "authority.pem",
            "certificate": "device.pem",
            "key": "device.key",
        },
        "updates": {
            "metadata_url": f"{updates}/metadata/",
            "targets_url": f"{updates}/targets/",
            "trusted_root": "root.json",
            "check_interval_s": 3600.0,
        },
        "instrument": {
            "maker": enrolment.instrument.maker,
            "model": enrolment.instrument.model,
            "serial": enrolment.instrument.serial,
        },
        "folders": {"inbox": "inbox", "state": "state"},
    }
    lines = [f"address = {_toml(str(enrolment.address))}"]
    for table, entries in tables.items():
        lines += ["", f"[{table}]"]
        lines += [f"{key} = {_toml(value)}" for key, value in entries.items()]
    return "\n".join(lines) + "\n"


def _toml(value: str | float) -> str:
    """Write a number, or a text in the quoting that JSON and TOML share."""
    return json.dumps(value, ensure_ascii=True)


def _trusted_root(workspace: Workspace) -> bytes:
    path = workspace.repository / "metadata" / "1.root.json"
    try:
        return path.read_bytes()
    except OSError as error:
        raise WorkspaceError(
            f"expected the repository's root at {path}: {error}; run `terroir init`"
        ) from error
