"""Which model is active: one small file that is switched atomically.

Loads no numpy; the supervisor reads it too. The package before the active one stays on
disk, in case that one turns out damaged.
"""

from pathlib import Path

import msgspec

from edge_agent.durable_files import write_durably
from protocols.identifiers import Digest

ACTIVE = "active.json"
PACKAGES = "packages"
SUFFIX = ".terroir"
PARTIAL = ".partial"
CROPS_FOLDER = "crops"
"""Where crop models lie, in a folder laid out as that of soil models."""


class ActiveModel(msgspec.Struct, frozen=True, kw_only=True):
    """The model to use and the one to fall back to."""

    digest: Digest | None = None
    previous: Digest | None = None

    @property
    def candidates(self) -> tuple[str, ...]:
        """The models to try, best first."""
        return tuple(one for one in (self.digest, self.previous) if one is not None)


def package_path(state: Path, digest: str) -> Path:
    """Return where the package with this digest lies."""
    return state / PACKAGES / f"{digest}{SUFFIX}"


def partial_path(state: Path, digest: str) -> Path:
    """Return where a package lies until it has proved itself."""
    return package_path(state, digest).with_suffix(PARTIAL)


def forget_partial_packages(state: Path) -> None:
    """Delete what a refused or interrupted update has left."""
    for path in (state / PACKAGES).glob(f"*{PARTIAL}"):
        path.unlink(missing_ok=True)


def read_active(state: Path) -> ActiveModel:
    """Return which model is active; none where the file is missing or damaged."""
    try:
        return msgspec.json.decode((state / ACTIVE).read_bytes(), type=ActiveModel)
    except (OSError, msgspec.MsgspecError):
        return ActiveModel()


def switch_to(state: Path, digest: str, fallback: str | None) -> None:
    """Make a package the active one, and `fallback` the one to return to."""
    previous = None if fallback == digest else fallback
    after = ActiveModel(digest=digest, previous=previous)
    write_durably(state / ACTIVE, msgspec.json.encode(after))


def forget_other_packages(state: Path) -> None:
    """Delete the packages that are neither active nor its fallback."""
    kept = {package_path(state, one).name for one in read_active(state).candidates}
    for path in (state / PACKAGES).iterdir():
        if path.name not in kept:
            path.unlink()
