"""SIGKILL at every step from scan file to receipt: nothing lost, nothing twice."""

import signal
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

from protocols.messages import ScanSample
from tests.edge_agent.conftest import Enrol
from tests.simulators.broker import Broker
from tests.simulators.cloud_desk import CloudDesk
from tests.simulators.enrolled_device import EnrolledDevice, Enrolment
from tests.simulators.scan_files import drop, scan_csv
from tests.simulators.waiting import wait_until

RUNNER = str(Path(__file__).parents[1] / "simulators" / "kill_at_step.py")
MOST_STEPS = 200
FEWEST_STEPS = 15
"""One scan takes more statements, removals and renames than that."""


def test_every_scan_is_kept_and_receipted_once_wherever_the_agent_was_killed(
    enrol: Enrol, broker: Broker, cloud: CloudDesk
) -> None:
    device = enrol(Enrolment(port=broker.port, looks_for_models=False))
    dropped: list[str] = []
    step = 0

    while step < MOST_STEPS:
        step += 1
        if not _in_inbox(device):
            dropped.append(f"S{len(dropped)}")
            drop(device.inbox, dropped[-1], seed=len(dropped) - 1)
        device.start((RUNNER, str(step)))
        if not _is_killed(device):
            break
        assert not set(dropped) - _kept(device) - _in_inbox(device)

    assert step > FEWEST_STEPS, "expected the agent to have been killed at many steps"
    _check_each_is_there_once(device, dropped)
    assert {one.sample for one in cloud.of_kind(ScanSample)} == set(dropped)
    assert len({one.id for one in cloud.of_kind(ScanSample)}) == len(dropped)


def _is_killed(device: EnrolledDevice) -> bool:
    """Wait for the agent to be killed or to have nothing more to do."""
    process = device.process
    assert process is not None
    wait_until(
        lambda: process.poll() is not None or _has_nothing_to_do(device),
        "the agent killed or everything receipted",
    )
    return device.end() == -signal.SIGKILL


def _has_nothing_to_do(device: EnrolledDevice) -> bool:
    summary = device.summary()
    return not _in_inbox(device) and summary.scans > 0 and summary.waiting == 0


def _in_inbox(device: EnrolledDevice) -> set[str]:
    return {path.stem for path in device.inbox.glob("*.csv")}


def _kept(device: EnrolledDevice) -> set[str]:
    if device.summary().scans == 0:
        return set()
    with closing(sqlite3.connect(device.state / "journal.sqlite")) as database:
        return {row[0] for row in database.execute("SELECT sample FROM scans")}


def _check_each_is_there_once(device: EnrolledDevice, dropped: list[str]) -> None:
    with closing(sqlite3.connect(device.state / "journal.sqlite")) as database:
        scans = database.execute("SELECT sample, raw FROM scans").fetchall()
        states = database.execute(
            "SELECT state, count(DISTINCT id) FROM records GROUP BY state"
        ).fetchall()
        (integrity,) = database.execute("PRAGMA integrity_check").fetchone()
    assert sorted(sample for sample, _ in scans) == sorted(dropped)
    assert states == [("receipted", len(dropped))]
    assert integrity == "ok"
    for sample, raw in scans:
        assert zlib.decompress(raw) == scan_csv(sample, seed=int(sample[1:]))
