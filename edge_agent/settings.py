"""What the agent is told: one frozen record from one TOML file and the environment.

Every field may be overridden by `TERROIR_EDGE_<TABLE>__<FIELD>`, for example
`TERROIR_EDGE_BROKER__PORT=8884`. Unknown keys are refused with their name and value.
Paths are relative to the file that names them. Seconds end in `_s`.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from edge_agent.errors import SettingsError
from edge_agent.installed_runtimes import AUTO, RuntimeWish
from protocols.errors import IdentifierError
from protocols.identifiers import DeviceAddress, parse_address
from protocols.messages import Instrument, ShortText

ENVIRONMENT_PREFIX = "TERROIR_EDGE_"

Seconds = Annotated[float, msgspec.Meta(gt=0)]
Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
Tables = dict[str, Any]


class BrokerSettings(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """The broker, and the certificates for it and for the model repository."""

    host: str
    port: Port = 8883
    authority: Path
    certificate: Path
    key: Path
    keepalive_s: Annotated[int, msgspec.Meta(ge=5, le=3600)] = 60
    connect_timeout_s: Seconds = 15.0
    session_expiry_s: Annotated[int, msgspec.Meta(ge=0)] = 7 * 24 * 3600
    first_retry_s: Seconds = 1.0
    longest_retry_s: Seconds = 300.0


class UpdateSettings(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """The model repository and how often to look there."""

    metadata_url: str
    targets_url: str
    trusted_root: Path
    check_at_start: bool = True
    check_interval_s: Seconds = 3600.0
    request_timeout_s: Seconds = 20.0
    refresh_timeout_s: Seconds = 900.0


class InstrumentSettings(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """The spectrometer, where a scan file does not name its own."""

    maker: ShortText = "unknown"
    model: ShortText = "unknown"
    serial: ShortText = "unknown"


class FolderSettings(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Where scans come in and where the agent keeps everything else."""

    inbox: Path
    state: Path


class OutboxSettings(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """How records are sent until their receipts come."""

    in_flight: Annotated[int, msgspec.Meta(ge=1, le=500)] = 64
    receipt_timeout_s: Seconds = 30.0


class PredictorSettings(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """How long the predictor child may think and may idle, and what it runs on."""

    idle_s: Seconds = 60.0
    scan_timeout_s: Seconds = 30.0
    runtime: RuntimeWish = AUTO


class AgentSettings(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Everything the agent is told."""

    address: str
    broker: BrokerSettings
    updates: UpdateSettings
    folders: FolderSettings
    instrument: InstrumentSettings = InstrumentSettings()
    outbox: OutboxSettings = OutboxSettings()
    predictor: PredictorSettings = PredictorSettings()
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def device(self) -> DeviceAddress:
        """The device's parsed address."""
        return parse_address(self.address)

    @property
    def journal_path(self) -> Path:
        """Where the journal lies."""
        return self.folders.state / "journal.sqlite"

    @property
    def spectrometer(self) -> Instrument:
        """The instrument, as messages name it."""
        told = self.instrument
        return Instrument(maker=told.maker, model=told.model, serial=told.serial)


def read_settings(
    path: Path, environment: Mapping[str, str] = os.environ
) -> AgentSettings:
    """Read the settings at `path`, or say which field is wrong."""
    tables = _read_tables(path)
    folder = path.resolve().parent
    _convert(tables, folder, path, strict=True)
    _overlay(tables, environment)
    settings = _convert(tables, folder, path, strict=False)
    try:
        parse_address(settings.address)
    except IdentifierError as error:
        raise SettingsError(f"{path}: address: {error}") from error
    return settings


def _read_tables(path: Path) -> Tables:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"expected settings at {path}: {error.strerror}; "
            "enrol the device or name its file with --settings"
        ) from error
    except ValueError as error:
        raise SettingsError(f"expected TOML in {path}: {error}") from error


def _overlay(tables: Tables, environment: Mapping[str, str]) -> None:
    for name, value in sorted(environment.items()):
        if name.startswith(ENVIRONMENT_PREFIX):
            table, _, field = name[len(ENVIRONMENT_PREFIX) :].lower().partition("__")
            if field:
                tables.setdefault(table, {})[field] = value
            else:
                tables[table] = value


def _convert(
    tables: Tables, folder: Path, path: Path, *, strict: bool
) -> AgentSettings:
    def make_path(_: type, value: object) -> Path:
        return folder / str(value)

    try:
        return msgspec.convert(tables, AgentSettings, strict=strict, dec_hook=make_path)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path}: {_explain(str(error), tables)}") from error


def _explain(message: str, tables: Tables) -> str:
    """Add the value that was found to what msgspec says of its place."""
    place = re.search(r"`\$\.?([\w.]*)`", message)
    unknown = re.search(r"unknown field `(\w+)`", message)
    names = place.group(1).split(".") if place and place.group(1) else []
    if unknown:
        names.append(unknown.group(1))
    found: object = tables
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return f"{message}; found {'.'.join(names) or 'settings'} = {found!r}"
