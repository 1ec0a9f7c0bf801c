"""How long to wait before the next try: doubling, with jitter, up to a limit.

Jitter keeps a fleet from returning in one instant after its broker was away.
"""

import random
from collections.abc import Callable


class Backoff:
    """The delays of one series of failures."""

    def __init__(
        self,
        first_s: float,
        longest_s: float,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._jitter = jitter
        self._ceiling_s = first_s

    def next_delay_s(self) -> float:
        """Return the next delay, between half its ceiling and its ceiling."""
        ceiling_s = min(self._ceiling_s, self._longest_s)
        self._ceiling_s = min(ceiling_s * 2, self._longest_s)
        return ceiling_s * (1 + self._jitter()) / 2

    def reset(self) -> None:
        """Start again from the first delay."""
        self._ceiling_s = self._first_s
