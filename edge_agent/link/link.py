"""The link: dials, sends the outbox, settles receipts, and starts over when it breaks.

Anything unexpected on a connection is logged with its traceback and costs that
connection, nothing else.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from edge_agent.errors import JournalError
from edge_agent.event_loop import READ, WRITE, EventLoop
from edge_agent.link.backoff import Backoff
from edge_agent.link.connection import (
    Accepted,
    Arrived,
    Denied,
    Lost,
    Note,
    Unheard,
    dial,
)
from edge_agent.link.dialler import Dialler
from edge_agent.link.session import Correspondence, Session
from edge_agent.settings import BrokerSettings

DIAL_SLACK_S = 30.0
"""Name lookup has no timeout of its own."""

TURNS_PER_KEEPALIVE = 4
NEVER = float("inf")

logger = logging.getLogger(__name__)


@dataclass
class Status:
    """What the link tells the rest of the agent."""

    is_connected: bool = False
    last_failure: str = ""


class Link:
    """Keeps the device connected, as far as the world allows."""

    def __init__(
        self, loop: EventLoop, broker: BrokerSettings, talk: Correspondence
    ) -> None:
        self._loop = loop
        self._broker = broker
        self._talk = talk
        self._backoff = Backoff(broker.first_retry_s, broker.longest_retry_s)
        self._dialler = Dialler(loop.wake)
        self._session: Session | None = None
        self._descriptor: int | None = None
        self._due_at = 0.0
        self.status = Status()

    def due_at(self) -> float:
        """Return when to dial, to ping, to send again or to give up."""
        if self._dialler.is_done:
            return 0.0
        if self._session is not None and self.status.is_connected:
            return min(self._due_at, self._session.due_at())
        return self._due_at

    def work(self, now: float) -> None:
        """Take the next step that is due."""
        if self._session is not None:
            self._guarded(partial(self._tend, now))
        elif self._dialler.is_dialling:
            self._take_dialled(now)
        else:
            self._dial(now)

    def ring(self) -> None:
        """Send what is new in the journal."""
        if self._session is not None and self.status.is_connected:
            self._guarded(self._session.flush)

    def close(self) -> None:
        """Say goodbye, if there is anyone to say it to."""
        session = self._session
        if session is not None and self.status.is_connected:
            self._guarded(session.say_goodbye)
        self._hang_up()
        self._dialler.give_up()

    def _dial(self, now: float) -> None:
        logger.debug("dialling %s:%d", self._broker.host, self._broker.port)
        client_id, will = (
            str(self._talk.author.address),
            self._talk.author.death("lost"),
        )
        self._dialler.start(partial(dial, self._broker, client_id, will))
        self._due_at = now + self._broker.connect_timeout_s + DIAL_SLACK_S

    def _take_dialled(self, now: float) -> None:
        result = self._dialler.take()
        if result is None:
            if now >= self._due_at:
                self._dialler.give_up()
                self._fail("the dial took too long")
        elif result.connection is None:
            self._fail(result.failure)
        else:
            self._session = Session(result.connection, self._talk)
            self._due_at = now + self._broker.connect_timeout_s
            self._guarded(self._after_moving)

    def _tend(self, now: float) -> None:
        session = self._session
        if session is None:
            return
        if not self.status.is_connected:
            self._drop("the broker did not answer")
            return
        if now >= self._due_at:
            self._backoff.reset()
            session.connection.keep_alive()
            self._set_keepalive_turn(now)
        if now >= session.due_at():
            session.flush()
        self._after_moving()

    def _set_keepalive_turn(self, now: float) -> None:
        self._due_at = now + self._broker.keepalive_s / TURNS_PER_KEEPALIVE

    def _on_socket(self) -> None:
        if self._session is not None:
            self._session.connection.move()
            self._after_moving()

    def _after_moving(self) -> None:
        """Act on what the client noted, then watch for what it waits for."""
        session = self._session
        if session is None:
            return
        for note in session.connection.take_notes():
            if self._session is session:
                self._act_on(note, session)
        if self._session is session:
            self._watch(session)

    def _act_on(self, note: Note, session: Session) -> None:
        match note:
            case Accepted():
                self._accept(session)
            case Lost(reason):
                self._drop(reason)
            case Denied(reason):
                logger.warning("the broker refused a record: %s", reason)
            case Unheard():
                session.expect_no_receipts()
            case Arrived():
                session.receive(note)

    def _accept(self, session: Session) -> None:
        logger.info("connected to %s:%d", self._broker.host, self._broker.port)
        self.status = Status(is_connected=True)
        self._set_keepalive_turn(time.monotonic())
        session.begin()

    def _watch(self, session: Session) -> None:
        found = session.connection.descriptor
        if found != self._descriptor and self._descriptor is not None:
            self._loop.forget(self._descriptor)
        self._descriptor = found
        if found is not None:
            events = READ | (WRITE if session.connection.wants_to_write else 0)
            self._loop.watch(found, events, self._on_socket_guarded)

    def _on_socket_guarded(self) -> None:
        self._guarded(self._on_socket)

    def _guarded(self, step: Callable[[], None]) -> None:
        """Let nothing that happens on a connection reach further than it."""
        try:
            step()
        except JournalError as error:
            logger.warning("the outbox cannot be used: %s", error)
            self._drop("the journal cannot be used")
        except Exception:
            logger.exception("something unexpected on the link")
            self._drop("something unexpected")
        else:
            if self._session is not None:
                self._watch(self._session)

    def _drop(self, reason: str) -> None:
        self._hang_up()
        self._fail(reason)

    def _hang_up(self) -> None:
        if self._descriptor is not None:
            self._loop.forget(self._descriptor)
            self._descriptor = None
        if self._session is not None:
            self._session.connection.close()
            self._session = None

    def _fail(self, reason: str) -> None:
        delay_s = self._backoff.next_delay_s()
        if self.status.is_connected or reason != self.status.last_failure:
            logger.warning("no link to the cloud (%s), trying again", reason)
        self.status = Status(is_connected=False, last_failure=reason)
        self._due_at = time.monotonic() + delay_s
