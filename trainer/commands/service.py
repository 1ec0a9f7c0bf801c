"""What long-running commands share: a log on standard error, and a way to stop."""

import logging
import signal
import threading
import time

LOG_FORMAT = "%(asctime)sZ %(levelname)s %(name)s: %(message)s"


def start_log() -> None:
    """Log to standard error, in UTC."""
    formatter = logging.Formatter(LOG_FORMAT, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def stop_on_signal() -> threading.Event:
    """Return an event that is set when the user or the system asks to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
