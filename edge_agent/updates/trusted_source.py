"""The model repository, seen through TUF: what it offers us, and its bytes.

Rollback, freeze, mix-and-match, foreign keys and endless data are refused by the TUF
client; here its verdicts become ours. Only metadata that it has verified reach
the disk.
"""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tuf.api.exceptions import (
    DownloadError,
    DownloadLengthMismatchError,
    RepositoryError,
)
from tuf.ngclient.updater import Updater

from edge_agent.device_tls import device_context
from edge_agent.errors import RefusedUpdateError, SettingsError, UnreachableError
from edge_agent.settings import AgentSettings
from edge_agent.updates.fetcher import DeviceFetcher
from protocols.identifiers import DIGEST_PATTERN
from protocols.limits import MAX_PACKAGE_BYTES

TUF_FOLDER = "tuf"
SHA256 = "sha256"


class TrustedSource:
    """One look at the repository."""

    def __init__(self, settings: AgentSettings, name: str) -> None:
        folder = settings.folders.state / TUF_FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        updates = settings.updates
        self._target = f"{settings.device.tenant}/{settings.device.farm}/{name}"
        with _judged():
            self._updater = Updater(
                metadata_dir=str(folder),
                metadata_base_url=updates.metadata_url,
                target_base_url=updates.targets_url,
                fetcher=DeviceFetcher(
                    _context(settings), timeout_s=updates.request_timeout_s
                ),
                bootstrap=_read_root(updates.trusted_root),
            )

    def offered(self) -> str | None:
        """Return the digest of what is offered to this farm, None for nothing."""
        with _judged():
            self._updater.refresh()
            target = self._updater.get_targetinfo(self._target)
        return None if target is None else _digest_of(target.hashes, target.length)

    def download(self, path: Path) -> None:
        """Bring the offered package to `path`, verified by the signed metadata."""
        with _judged():
            target = self._updater.get_targetinfo(self._target)
            if target is None:
                raise RefusedUpdateError(f"expected {self._target}, found nothing")
            self._updater.download_target(target, str(path))


def _digest_of(hashes: dict[str, str], length: int) -> str:
    if SHA256 not in hashes:
        raise RefusedUpdateError(
            f"expected a package listed with its sha256, found {sorted(hashes)}"
        )
    if length > MAX_PACKAGE_BYTES:
        raise RefusedUpdateError(
            f"expected a package of at most {MAX_PACKAGE_BYTES} bytes, found {length}"
        )
    digest = str(hashes[SHA256])
    if not re.fullmatch(DIGEST_PATTERN, digest):
        raise RefusedUpdateError(f"expected a sha256, found {digest[:80]!r}")
    return digest


def _context(settings: AgentSettings) -> ssl.SSLContext:
    try:
        return device_context(settings.broker)
    except OSError as error:
        raise SettingsError(
            f"the device's certificate or key cannot be used: {error}; enrol it again"
        ) from error


def _read_root(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"expected the trusted root at {path}: {error}; enrol the device again"
        ) from error


@contextmanager
def _judged() -> Iterator[None]:
    """Turn the TUF client's verdicts into: refused, or try again later."""
    try:
        yield
    except DownloadLengthMismatchError as error:
        raise RefusedUpdateError(f"the repository sends too much: {error}") from error
    except DownloadError as error:
        raise UnreachableError(str(error)) from error
    except RepositoryError as error:
        raise RefusedUpdateError(f"not trusted: {error}") from error
