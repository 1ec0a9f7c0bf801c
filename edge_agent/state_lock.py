"""One agent for one state folder, held by a lock that no crash can leave behind."""

import fcntl
from pathlib import Path
from typing import IO

from edge_agent.errors import AlreadyRunningError

LOCK = "agent.lock"


def lock_state(state: Path) -> IO[bytes]:
    """Make this process the only agent on `state` for as long as the file is open."""
    file = (state / LOCK).open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise AlreadyRunningError(
            f"expected to be the only agent on {state}, found another one running"
        ) from error
    return file


def is_locked(state: Path) -> bool:
    """Whether an agent runs on `state`."""
    path = state / LOCK
    if not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
