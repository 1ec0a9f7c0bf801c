"""SIGKILL at every step: nothing is lost, nothing is there twice."""

import signal
import sqlite3
import zlib
from pathlib import Path

from tests.edge_agent.conftest import Enrol
from tests.simulators.enrolled_device import EnrolledDevice, Enrolment
from tests.simulators.scan_files import drop, scan_csv
from tests.simulators.waiting import wait_until

RUNNER = str(Path(__file__).parents[1] / "simulators" / "kill_at_step.py")
MOST_STEPS = 200


def test_every_scan_is_journalled_once_wherever_the_agent_was_killed(
    enrol: Enrol,
) -> None:
    device = enrol(Enrolment(looks_for_models=False))
    dropped: list[str] = []

    for step in range(1, MOST_STEPS):
        dropped.append(f"S{step}")
        drop(device.inbox, dropped[-1], seed=step)
        device.start((RUNNER, str(step)))
        if not _is_killed(device):
            break
        assert not set(dropped) - _kept(device) - _in_inbox(device)

    assert len(dropped) > 15, "expected the agent to have been killed at many steps"
    device.start()
    device.wait_for_scans(len(dropped))
    device.end()
    _check_each_is_there_once(device, dropped)


def _is_killed(device: EnrolledDevice) -> bool:
    """Wait for the agent to be killed or to have nothing more to do."""
    process = device.process
    assert process is not None
    wait_until(
        lambda: process.poll() is not None or not _in_inbox(device),
        "the agent killed or the inbox empty",
    )
    return device.end() == -signal.SIGKILL


def _in_inbox(device: EnrolledDevice) -> set[str]:
    return {path.stem for path in device.inbox.glob("*.csv")}


def _kept(device: EnrolledDevice) -> set[str]:
    path = device.state / "journal.sqlite"
    if not path.exists():
        return set()
    with sqlite3.connect(path) as database:
        try:
            rows = database.execute("SELECT sample FROM scans").fetchall()
        except sqlite3.OperationalError:
            rows = []
    database.close()
    return {row[0] for row in rows}


def _check_each_is_there_once(device: EnrolledDevice, dropped: list[str]) -> None:
    with sqlite3.connect(device.state / "journal.sqlite") as database:
        scans = database.execute("SELECT sample, raw FROM scans").fetchall()
        records = database.execute(
            "SELECT count(*), count(DISTINCT id) FROM records WHERE kind = 'scan'"
        ).fetchone()
        (integrity,) = database.execute("PRAGMA integrity_check").fetchone()
    database.close()
    assert sorted(sample for sample, _ in scans) == sorted(dropped)
    assert records == (len(dropped), len(dropped))
    assert integrity == "ok"
    for sample, raw in scans:
        assert zlib.decompress(raw) == scan_csv(sample, seed=int(sample[1:]))
