"""The folder that `terroir init` makes: settings, and where everything lies in it.

Nothing here reads or writes a file but `open_workspace`, which reads the settings.
"""

from dataclasses import dataclass
from pathlib import Path

from trainer.settings import (
    FILE_NAME,
    CloudSettings,
    current_environment,
    read_settings,
)

SQLITE_PREFIX = "sqlite:///"


@dataclass(frozen=True)
class ClientFiles:
    """What a TLS client or server shows, and whom it trusts."""

    authority: Path
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Workspace:
    """The settings, and the folder that their paths are relative to."""

    root: Path
    settings: CloudSettings

    @property
    def authority(self) -> Path:
        """The folder of the certificate authority."""
        return self.root / self.settings.folders.authority

    @property
    def services(self) -> Path:
        """The folder of the certificates of the cloud's own programs."""
        return self.root / self.settings.folders.services

    @property
    def broker(self) -> Path:
        """The folder that Mosquitto is started from."""
        return self.root / self.settings.folders.broker

    @property
    def repository(self) -> Path:
        """The folder of the signed models, as it is served."""
        return self.root / self.settings.folders.repository

    @property
    def signing_keys(self) -> Path:
        """The folder of the keys that sign the repository; never served."""
        return self.root / self.settings.folders.signing_keys

    @property
    def store_url(self) -> str:
        """The store's database; a relative SQLite file lies in the workspace."""
        url = self.settings.store.url
        if not url.startswith(SQLITE_PREFIX):
            return url
        return SQLITE_PREFIX + str(self.root / url.removeprefix(SQLITE_PREFIX))

    def identity_of(self, service: str) -> ClientFiles:
        """Return the files with which one of the cloud's programs shows itself."""
        return ClientFiles(
            authority=self.authority / "authority.pem",
            certificate=self.services / f"{service}.pem",
            key=self.services / f"{service}.key",
        )


def open_workspace(settings: Path) -> Workspace:
    """Read the settings at `settings`, or in that folder."""
    path = settings / FILE_NAME if settings.is_dir() else settings
    return Workspace(path.resolve().parent, read_settings(path, current_environment()))
