"""From the inbox to the journal, one scan file after the other.

A file leaves the inbox only after the commit that keeps it. A reader that crashes twice
on a file costs that scan its reading and nothing else. When the disk is full, files
stay where they are until there is room.
"""

import contextlib
import logging
import os
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge_agent.errors import JournalError
from edge_agent.instruments.sample_name import sample_from_file
from edge_agent.journal.journal import Journal, RawScan
from edge_agent.predictor.child import PredictorChild
from edge_agent.predictor.wire import ScanAnswer, ScanTask
from edge_agent.record_author import RecordAuthor
from protocols.instrument_files.file_names import is_scan_name
from protocols.limits import MAX_SCAN_FILE_BYTES

CRASHES_ALLOWED = 2
RETRY_S = 10.0
NEVER = float("inf")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenScan:
    """The scan that the predictor has before it."""

    path: Path
    id: str
    raw: RawScan


class ScanIntake:
    """Takes scan files out of the inbox, in the order in which they came."""

    def __init__(
        self,
        inbox: Path,
        journal: Journal,
        predictor: PredictorChild,
        author: RecordAuthor,
        on_kept: Callable[[ScanAnswer], None],
    ) -> None:
        self._inbox = inbox
        self._journal = journal
        self._predictor = predictor
        self._author = author
        self._on_kept = on_kept
        self._waiting: deque[Path] = deque()
        self._open: OpenScan | None = None
        self._crashes: Counter[str] = Counter()
        self._unreadable: set[Path] = set()
        self._retry_at = NEVER
        self.problem: str | None = None

    def due_at(self) -> float:
        """Return when to try again what could not be kept."""
        return self._retry_at

    def work(self, now: float) -> None:
        """Try again what could not be kept."""
        del now
        self._retry_at = NEVER
        self.look()

    def look(self) -> None:
        """Find what lies in the inbox, unless a scan is being read."""
        if self._open is None and self._retry_at == NEVER:
            self._waiting = deque(scans_in(self._inbox))
            self._take_next()

    def _take_next(self) -> None:
        while self._open is None and self._waiting:
            path = self._waiting.popleft()
            raw = self._read(path)
            if raw is not None and not self._begin(path, raw):
                return
        if self._open is None:
            self._crashes.clear()

    def _read(self, path: Path) -> RawScan | None:
        try:
            with path.open("rb") as file:
                return RawScan(path.name, file.read(MAX_SCAN_FILE_BYTES + 1))
        except FileNotFoundError:
            return None
        except OSError as error:
            if path not in self._unreadable:
                logger.warning("cannot read %s, leaving it there: %s", path, error)
                self._unreadable.add(path)
            return None

    def _begin(self, path: Path, raw: RawScan) -> bool:
        """Have a scan read, and say whether the intake may go on."""
        scan = OpenScan(path, self._author.scan_id(raw.file, raw.data), raw)
        try:
            if self._journal.has_scan(scan.id):
                self._remove(path)
                return True
        except JournalError as error:
            self._hold(error)
            return False
        return self._ask(scan)

    def _ask(self, scan: OpenScan) -> bool:
        self._open = scan
        try:
            task = ScanTask(file=scan.raw.file, data=scan.raw.data)
            self._predictor.ask(task, self)
        except OSError as error:
            self._open = None
            self._hold(error)
            return False
        return True

    def on_answer(self, answer: ScanAnswer) -> None:
        """Keep the scan and what was made of it."""
        scan, self._open = self._open, None
        if scan is not None and self._keep(scan, answer):
            self._take_more()

    def on_lost(self, reason: str) -> None:
        """Try a scan again whose reader ended, or refuse it the second time."""
        scan, self._open = self._open, None
        if scan is None:
            return
        self._crashes[scan.id] += 1
        logger.warning("the reader of %s %s", scan.raw.file, reason)
        if self._crashes[scan.id] < CRASHES_ALLOWED:
            self._waiting.appendleft(scan.path)
            self._take_next()
        else:
            refusal = f"reader crashed: it {reason}, {CRASHES_ALLOWED} times"
            sample = sample_from_file(scan.raw.file)
            if self._keep(scan, ScanAnswer(sample=sample, refusal=refusal)):
                self._take_more()

    def _take_more(self) -> None:
        if self._waiting:
            self._take_next()
        else:
            self.look()

    def _keep(self, scan: OpenScan, answer: ScanAnswer) -> bool:
        record = self._author.scan(scan.id, answer)
        readings = self._author.readings(record, answer)
        try:
            self._journal.keep_scan(scan.raw, record, readings)
        except JournalError as error:
            self._hold(error)
            return False
        self._remove(scan.path)
        if self.problem is not None:
            logger.info("the journal takes scans again")
            self.problem = None
        self._on_kept(answer)
        return True

    def _hold(self, error: Exception) -> None:
        """Leave everything in the inbox for a while."""
        if self.problem is None:
            logger.error("scans stay in the inbox: %s", error)
        self.problem = str(error)
        self._waiting.clear()
        self._retry_at = time.monotonic() + RETRY_S

    def _remove(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("kept %s but cannot remove it: %s", path, error)


def scans_in(inbox: Path) -> list[Path]:
    """Return the complete scan files in `inbox`, oldest first."""
    found = []
    with os.scandir(inbox) as entries:
        for entry in entries:
            if is_scan_name(entry.name) and not entry.name.startswith("."):
                with contextlib.suppress(FileNotFoundError):
                    found.append((entry.stat().st_mtime_ns, entry.name))
    return [inbox / name for _, name in sorted(found)]
