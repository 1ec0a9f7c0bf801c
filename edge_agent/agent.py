"""The supervisor: link, journal and inbox in one loop, and the two children.

Loads neither numpy, nor a runtime, nor TUF; it stays small and runs for years. It
decides nothing about spectra and models: it brings them to the processes that do.
"""

import logging
import os
from pathlib import Path

from edge_agent.active_model import read_active
from edge_agent.clock import Clock, SystemClock
from edge_agent.errors import JournalError
from edge_agent.event_loop import EventLoop
from edge_agent.health import Health, HealthFile
from edge_agent.inbox_watch import InboxWatch
from edge_agent.installed_runtimes import runtimes_in_words
from edge_agent.journal.journal import open_journal
from edge_agent.link.downlink import Downlink
from edge_agent.link.link import Link
from edge_agent.link.outbox import Outbox
from edge_agent.link.session import Correspondence
from edge_agent.predictor.child import PredictorChild, command_for
from edge_agent.predictor.wire import ScanAnswer
from edge_agent.record_author import RecordAuthor
from edge_agent.scan_intake import ScanIntake
from edge_agent.settings import AgentSettings
from edge_agent.state_lock import lock_state
from edge_agent.updates.child import UpdaterChild
from edge_agent.updates.outcome import UpdateResult
from protocols.messages import DeviceBirth, UpdateOrder

logger = logging.getLogger(__name__)


class Agent:
    """The running device."""

    def __init__(
        self,
        settings: AgentSettings,
        settings_path: Path,
        clock: Clock | None = None,
    ) -> None:
        self._settings = settings
        self._state = settings.folders.state
        self._prepare_folders()
        self._lock = lock_state(self._state)
        self._clock = clock or SystemClock()
        self._author = RecordAuthor(settings.device, settings.spectrometer, self._clock)
        self._journal = open_journal(settings.journal_path)
        self._health_file = HealthFile(self._state)
        self._model_problem: str | None = None
        self._troubled_model: str | None = None
        self._last_result: UpdateResult | None = None
        self.loop = EventLoop()
        self._assemble(settings_path)

    def run(self) -> None:
        """Work until told to stop, then say goodbye."""
        logger.info("%s is running", self._settings.address)
        try:
            self.loop.stop_on_signals()
            self._intake.look()
            self.loop.run()
        finally:
            self.close()

    def close(self) -> None:
        """Say goodbye, end the children and give everything back."""
        self._link.close()
        self._predictor.end()
        self._updater.close()
        self._inbox.close()
        self.loop.close()
        self._journal.close()
        self._health_file.close()
        self._lock.close()

    def _prepare_folders(self) -> None:
        for folder in (self._settings.folders.inbox, self._state):
            folder.mkdir(parents=True, exist_ok=True)

    def _assemble(self, settings_path: Path) -> None:
        """Put the parts together; the order is the order of their turns."""
        settings, loop = self._settings, self.loop
        inbox = settings.folders.inbox
        self._predictor = PredictorChild(
            loop, self._state, settings.predictor, self._predictor_command()
        )
        self._intake = ScanIntake(
            inbox, self._journal, self._predictor, self._author, self._on_kept
        )
        self._link = Link(loop, settings.broker, self._correspondence())
        self._updater = UpdaterChild(
            loop, settings_path, settings.updates, self._on_update
        )
        self._inbox = InboxWatch(loop, inbox, self._on_inbox)
        for part in (
            self._link,
            self._intake,
            self._predictor,
            self._inbox,
            self._updater,
        ):
            loop.add(part)
        loop.after_each_turn(self._tell_health)

    def _correspondence(self) -> Correspondence:
        told = self._settings.outbox
        self._downlink = Downlink(
            self._settings.device, self._journal, self._clock, self._on_order
        )
        return Correspondence(
            author=self._author,
            outbox=Outbox(self._journal, told.in_flight, told.receipt_timeout_s),
            downlink=self._downlink,
            birth=self._birth,
        )

    def _on_inbox(self) -> None:
        self._intake.look()
        self._link.ring()

    def _on_kept(self, answer: ScanAnswer) -> None:
        """A scan is in the journal: send it, and notice what the model is up to."""
        self._link.ring()
        if answer.refusal is None:
            self._model_problem = answer.model_problem
        active = read_active(self._state).digest
        if self._model_problem is None or active == self._troubled_model:
            return
        self._troubled_model = active
        logger.error("%s", self._model_problem)
        self._report(
            UpdateResult(
                outcome="refused",
                running=answer.model,
                offered=active,
                detail=f"{self._model_problem}; looking for an undamaged one",
            )
        )
        self._updater.order()

    def _on_order(self, order: UpdateOrder) -> None:
        logger.info("a model is ordered: %s", order.reason or order.package[:12])
        self._updater.order()

    def _on_update(self, result: UpdateResult, is_ordered: bool) -> None:
        """Tell the cloud what is news or was asked, and use what is new."""
        is_news = result != self._last_result
        self._last_result = result
        if is_news:
            logger.info("model update: %s. %s", result.outcome, result.detail)
        is_weighty = result.outcome in ("activated", "refused")
        if is_ordered or (is_weighty and is_news):
            self._report(result)
        if result.outcome == "activated":
            self._troubled_model = None
            self._end_predictor_unless_busy()

    def _end_predictor_unless_busy(self) -> None:
        """A busy one ends before its next scan: another model is active then."""
        if not self._predictor.is_busy:
            self._predictor.end()

    def _report(self, result: UpdateResult) -> None:
        try:
            self._journal.keep([self._author.report(result)])
        except JournalError as error:
            logger.warning("cannot keep the report of an update: %s", error)
        else:
            self._link.ring()

    def _predictor_command(self) -> list[str]:
        return command_for(self._state, self._settings.predictor.runtime)

    def _birth(self) -> DeviceBirth:
        model = read_active(self._state).digest
        runtime = runtimes_in_words(self._settings.predictor.runtime)
        return self._author.birth(model, self._journal.count_waiting(), runtime)

    def _tell_health(self) -> None:
        link = self._link.status
        self._health_file.tell(
            Health(
                pid=os.getpid(),
                is_connected=link.is_connected,
                link_failure=link.last_failure,
                scan_problem=self._intake.problem,
                model_problem=self._model_problem,
                last_update=self._last_result.outcome if self._last_result else "",
                ignored_downlinks=self._downlink.ignored,
            )
        )
