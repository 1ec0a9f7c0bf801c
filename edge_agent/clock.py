"""The time, and whether to believe it.

A device without a battery wakes in 1970 and a broken one in 2106. Inference never
waits for the time; new installs do, because expiry dates mean nothing to a wrong clock.
"""

import time
from datetime import UTC, datetime
from typing import Protocol

BUILT = datetime(2026, 11, 1, tzinfo=UTC)
"""This software did not exist before; a clock that says otherwise is wrong."""

LATEST = datetime(2100, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Where the agent takes the time from."""

    def now(self) -> datetime:
        """Return the wall clock's time in UTC, right or wrong."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the wall clock's time in UTC, right or wrong."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        return time.monotonic()


def is_trusted(moment: datetime) -> bool:
    """Whether a clock that says `moment` can be right."""
    return BUILT <= moment < LATEST
