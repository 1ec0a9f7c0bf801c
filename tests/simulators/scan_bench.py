"""A scan intake with its predictor and journal, without link and updater.

The loop is turned by the test itself, until a condition holds.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from edge_agent.clock import SystemClock
from edge_agent.event_loop import EventLoop
from edge_agent.journal.journal import Journal, open_journal
from edge_agent.predictor.child import PredictorChild, command_for
from edge_agent.predictor.wire import ScanAnswer
from edge_agent.record_author import RecordAuthor
from edge_agent.scan_intake import ScanIntake
from edge_agent.settings import PredictorSettings
from protocols.identifiers import parse_address
from protocols.messages import Instrument

DEADLINE_S = 20.0


class Metronome:
    """Gives the loop a turn at least every few milliseconds."""

    def due_at(self) -> float:
        """Return soon."""
        return time.monotonic() + 0.02

    def work(self, now: float) -> None:
        """Do nothing: being due is all."""


@dataclass
class ScanBench:
    """Everything between inbox and journal."""

    folder: Path
    settings: PredictorSettings = field(default_factory=PredictorSettings)
    runner: Sequence[str] = ()
    answers: list[ScanAnswer] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Put the parts together."""
        self.inbox.mkdir(parents=True, exist_ok=True)
        self.state.mkdir(parents=True, exist_ok=True)
        self.loop = EventLoop()
        self.journal: Journal = open_journal(self.state / "journal.sqlite")
        command = command_for(self.state, self.settings.runtime)
        if self.runner:
            command[1:3] = self.runner
        self.predictor = PredictorChild(self.loop, self.state, self.settings, command)
        author = RecordAuthor(
            parse_address("acme/home-farm/scanner-1"),
            Instrument(maker="Simulated", model="Bench", serial="1"),
            SystemClock(),
        )
        self.intake = ScanIntake(
            self.inbox, self.journal, self.predictor, author, self.answers.append
        )
        for part in (self.intake, self.predictor, Metronome()):
            self.loop.add(part)

    @property
    def inbox(self) -> Path:
        """Where scans are dropped."""
        return self.folder / "inbox"

    @property
    def state(self) -> Path:
        """Where journal and packages lie."""
        return self.folder / "state"

    def turn_until(self, is_so: Callable[[], object], what: str) -> None:
        """Turn the loop until `is_so()`."""
        end = time.monotonic() + DEADLINE_S
        while not is_so():
            if time.monotonic() > end:
                raise AssertionError(f"expected within {DEADLINE_S:g} s: {what}")
            self.loop.turn()

    def read_all(self) -> None:
        """Take the inbox in until it is empty."""
        self.intake.look()
        self.turn_until(lambda: not any(self.inbox.glob("*.csv")), "an empty inbox")

    def refusals(self) -> dict[str, str | None]:
        """Return what the journal says of each sample's scan."""
        rows = self.journal.connection.execute("SELECT sample, refusal FROM scans")
        return dict(rows.fetchall())

    def close(self) -> None:
        """Give everything back."""
        self.predictor.end()
        self.loop.close()
        self.journal.close()
