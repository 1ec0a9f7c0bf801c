"""How the device is, gathered from its files, beside a running agent or without."""

import shutil
from contextlib import closing

import msgspec

from edge_agent.active_model import read_active
from edge_agent.health import Health, read_health
from edge_agent.journal.journal import open_journal_read_only
from edge_agent.journal.summary import JournalSummary, summarise
from edge_agent.scan_intake import scans_in
from edge_agent.settings import AgentSettings
from edge_agent.state_lock import is_locked

MEGABYTE = 1_000_000


class DeviceStatus(JournalSummary, frozen=True, kw_only=True):
    """The journal in numbers, the model, and what is wrong."""

    address: str
    is_running: bool
    is_connected: bool
    model: str | None
    previous_model: str | None
    inbox: int
    free_disk_mb: int
    link_failure: str
    scan_problem: str | None
    model_problem: str | None


def read_status(settings: AgentSettings) -> DeviceStatus:
    """Gather the status of the device with these settings."""
    state, inbox = settings.folders.state, settings.folders.inbox
    active = read_active(state)
    is_running = is_locked(state)
    health = (read_health(state) if is_running else None) or Health(pid=0)
    return DeviceStatus(
        **msgspec.structs.asdict(_summary(settings)),
        address=settings.address,
        is_running=is_running,
        is_connected=health.is_connected,
        model=active.digest,
        previous_model=active.previous,
        inbox=len(scans_in(inbox)) if inbox.is_dir() else 0,
        free_disk_mb=shutil.disk_usage(state if state.is_dir() else "/").free
        // MEGABYTE,
        link_failure=health.link_failure,
        scan_problem=health.scan_problem,
        model_problem=health.model_problem,
    )


def _summary(settings: AgentSettings) -> JournalSummary:
    journal = open_journal_read_only(settings.journal_path)
    if journal is None:
        return JournalSummary()
    with closing(journal):
        return summarise(journal)
