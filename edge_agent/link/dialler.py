"""Dials in a thread of its own, so that DNS, TCP and TLS never hold the loop.

Whatever the thread meets, the loop hears of it: every exception becomes a failed dial.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from edge_agent.link.connection import Connection

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Dialled:
    """What became of one dial."""

    attempt: int
    connection: Connection | None
    failure: str = ""


class Dialler:
    """Dials at most once at a time and forgets dials that took too long."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._results: queue.SimpleQueue[Dialled] = queue.SimpleQueue()
        self._attempt = 0
        self.is_dialling = False

    @property
    def is_done(self) -> bool:
        """Whether a result waits to be taken."""
        return not self._results.empty()

    def start(self, dial: Callable[[], Connection]) -> None:
        """Begin to dial; the loop is woken when it is done."""
        self._attempt += 1
        self.is_dialling = True
        arguments = (self._attempt, dial)
        threading.Thread(
            target=self._run, args=arguments, name="dialler", daemon=True
        ).start()

    def give_up(self) -> None:
        """Forget the dial under way; should it still succeed, it is hung up."""
        self._attempt += 1
        self.is_dialling = False

    def take(self) -> Dialled | None:
        """Return the result of the dial under way, None while there is none."""
        while not self._results.empty():
            result = self._results.get_nowait()
            if result.attempt == self._attempt:
                self.is_dialling = False
                return result
            if result.connection is not None:
                result.connection.close()
        return None

    def _run(self, attempt: int, dial: Callable[[], Connection]) -> None:
        try:
            result = Dialled(attempt, dial())
        except OSError as error:
            result = Dialled(attempt, None, str(error) or type(error).__name__)
        except Exception as error:
            logger.exception("the dialler met something unexpected")
            result = Dialled(attempt, None, repr(error))
        self._results.put(result)
        self._wake()
