"""What troubles the agent, in a small file that `terroir-edge status` reads.

Written when something changes, and only then. On a full disk it may be the old one;
`status` counts the inbox and the free space itself.
"""

import logging
from pathlib import Path

import msgspec

from edge_agent.durable_files import write_durably

HEALTH = "health.json"

logger = logging.getLogger(__name__)


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The agent's own word on how it is."""

    pid: int
    is_connected: bool = False
    link_failure: str = ""
    scan_problem: str | None = None
    model_problem: str | None = None
    last_update: str = ""
    ignored_downlinks: int = 0


class HealthFile:
    """Keeps the file true."""

    def __init__(self, state: Path) -> None:
        self._path = state / HEALTH
        self._written: Health | None = None

    def tell(self, health: Health) -> None:
        """Write `health` down, if it is news."""
        if health == self._written:
            return
        self._written = health
        try:
            write_durably(self._path, msgspec.json.encode(health))
        except OSError as error:
            logger.debug("cannot write %s: %s", self._path, error)

    def close(self) -> None:
        """Leave no word behind that is no longer true."""
        self._path.unlink(missing_ok=True)


def read_health(state: Path) -> Health | None:
    """Return the running agent's word, None where no agent left one."""
    try:
        return msgspec.json.decode((state / HEALTH).read_bytes(), type=Health)
    except (OSError, msgspec.MsgspecError):
        return None
