"""Wait for a condition, with a deadline."""

import time
from collections.abc import Callable

LOOK_EVERY_S = 0.005


def wait_until(condition: Callable[[], bool], what: str, within_s: float = 10) -> None:
    """Return once the condition holds; fail, saying what was waited for."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"waited {within_s} s for {what}"
        time.sleep(LOOK_EVERY_S)
