"""The cloud's settings: one frozen record, read once from `cloud.toml` and environment.

`TERROIR_CLOUD_STORE_URL=...` replaces `url` in the `[store]` table, and so on for every
field. Paths are relative to the folder of the file. An unknown key is refused, because
a misspelt setting that is silently ignored is worse than none.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from trainer.errors import SettingsError

FILE_NAME = "cloud.toml"
ENVIRONMENT_PREFIX = "TERROIR_CLOUD_"

Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
Host = Annotated[str, msgspec.Meta(min_length=1, max_length=253)]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file, which knows all of its keys."""


class Endpoint(_Table, frozen=True, kw_only=True):
    """Where a server listens, and where its clients find it."""

    host: Host = "127.0.0.1"
    port: Port


class Folders(_Table, frozen=True, kw_only=True):
    """Where the parts of the workspace lie, relative to the settings file."""

    authority: str = "authority"
    services: str = "services"
    broker: str = "broker"
    repository: str = "repository"
    signing_keys: str = "signing-keys"


class StoreSettings(_Table, frozen=True, kw_only=True):
    """Which database holds the samples; PostgreSQL where ingests share one."""

    url: str = "sqlite:///store.sqlite"


class IngestSettings(_Table, frozen=True, kw_only=True):
    """How many records ingest commits at once, and how long it waits for them."""

    batch_records: Annotated[int, msgspec.Meta(ge=1, le=250)] = 200
    batch_wait_s: Seconds = 0.005
    session_expiry_s: Annotated[int, msgspec.Meta(ge=60)] = 7 * 24 * 3600


class RelocaliserSettings(_Table, frozen=True, kw_only=True):
    """When a farm with new labels gets a new model."""

    quiet_s: Seconds = 2.0
    max_wait_s: Seconds = 60.0
    check_interval_s: Annotated[float, msgspec.Meta(gt=0)] = 0.25
    refresh_interval_s: Annotated[float, msgspec.Meta(gt=0)] = 6 * 3600.0


class EngineSettings(_Table, frozen=True, kw_only=True):
    """Where many jobs run: processes of this machine, or a Ray cluster.

    Without an address, Ray starts a cluster of this machine alone.
    """

    kind: Literal["processes", "ray"] = "processes"
    ray_address: str = ""


class ExportSettings(_Table, frozen=True, kw_only=True):
    """What the graphs of a package may cost, and in which formats they come.

    Without limits the smallest graph is taken that answers as its model does.
    """

    formats: tuple[Literal["onnx", "tflite"], ...] = ("onnx",)
    most_error: Annotated[float, msgspec.Meta(gt=0, le=0.02)] = 0.02
    most_bytes: Annotated[int, msgspec.Meta(gt=0)] | None = None
    most_latency_ms: Annotated[float, msgspec.Meta(gt=0)] | None = None
    allows_int4: bool = False


class CloudSettings(_Table, frozen=True, kw_only=True):
    """Everything that the cloud's programs can be told."""

    broker: Endpoint = Endpoint(port=8883)
    updates: Endpoint = Endpoint(port=8443)
    folders: Folders = Folders()
    store: StoreSettings = StoreSettings()
    ingest: IngestSettings = IngestSettings()
    relocaliser: RelocaliserSettings = RelocaliserSettings()
    engine: EngineSettings = EngineSettings()
    export: ExportSettings = ExportSettings()


TABLES = CloudSettings.__struct_fields__


def read_settings(path: Path, environment: Mapping[str, str]) -> CloudSettings:
    """Read the file, put the environment's values over it, and check all of it."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"expected settings at {path}, found none; `terroir init` makes them"
        ) from error
    except ValueError as error:
        raise SettingsError(f"expected TOML in {path}: {error}") from error
    return settings_of(tables, environment, str(path))


def settings_of(
    tables: Mapping[str, Any], environment: Mapping[str, str], source: str
) -> CloudSettings:
    """Check the tables of a file together with the environment's values."""
    merged: dict[str, Any] = dict(tables)
    for table, key, value in _from_environment(environment):
        merged[table] = {**merged.get(table, {}), key: value}
    try:
        # Only text from the environment may stand for a number, but TOML is typed
        # already, so reading both loosely costs no strictness that a user would miss.
        return msgspec.convert(merged, CloudSettings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(
            f"expected known settings in {source} and {ENVIRONMENT_PREFIX}*: {error}"
        ) from error


def _from_environment(environment: Mapping[str, str]) -> list[tuple[str, str, str]]:
    found = []
    for name, value in sorted(environment.items()):
        if not name.startswith(ENVIRONMENT_PREFIX):
            continue
        table, _, key = name.removeprefix(ENVIRONMENT_PREFIX).lower().partition("_")
        if table not in TABLES:
            raise SettingsError(
                f"expected {ENVIRONMENT_PREFIX}TABLE_KEY with one of the tables "
                f"{', '.join(TABLES)}, found {name}={value!r}"
            )
        found.append((table, key, value))
    return found


def current_environment() -> Mapping[str, str]:
    """Return this process's environment; the one place that looks at it."""
    return os.environ
