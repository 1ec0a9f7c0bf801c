"""Waiting on conditions with a deadline, instead of sleeping and hoping."""

import time
from collections.abc import Callable

PAUSE_S = 0.003


def wait_until(
    is_so: Callable[[], object], what: str, deadline_s: float = 15.0
) -> None:
    """Return as soon as `is_so()`; fail saying `what` was expected."""
    end = time.monotonic() + deadline_s
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"expected within {deadline_s:g} s: {what}")
        time.sleep(PAUSE_S)
