"""What the agent costs: memory and wake-ups when idle, and how long answers take.

A real Mosquitto over mutual TLS, the agent as a process of its own, a linear model of
201 bands on onnxruntime, scans of 216 bands. Times end when the reading is committed.
"""

import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from edge_agent.clock import SystemClock
from edge_agent.journal.journal import open_journal_read_only
from edge_agent.updates.refresh import Refresh
from protocols.messages import DeviceBirth
from tests.benchmarks.measurement import Measurement, at_most, observed
from tests.simulators.broker import CLOUD, Broker
from tests.simulators.certificates import Authority
from tests.simulators.cloud_desk import CloudDesk
from tests.simulators.enrolled_device import EnrolledDevice, Enrolment, running
from tests.simulators.model_packages import build_model_package
from tests.simulators.scan_files import drop
from tests.simulators.update_repository import UpdateRepository
from tests.simulators.update_server import serving
from tests.simulators.waiting import wait_until

REPEATS = 5
WARM_SCANS = 40
IDLE_S = 30.0
KB_A_MB = 1000.0
LOOK_S = 0.001
DEADLINE_S = 20.0
MILLISECONDS = 1000.0


def bench_rows() -> list[Measurement]:
    """Return the figures of the group `edge` for `make bench`."""
    with tempfile.TemporaryDirectory() as folder, _enrolled(Path(folder)) as enrolled:
        device, cloud = enrolled
        starts = [_time_to_connected(device, cloud) for _ in range(REPEATS)]
        cold = [_time_to_first_reading(device, number) for number in range(REPEATS)]
        with running(device):
            warm = _warm_times(device)
            loaded = _pss_mb(_pid(device)) + sum(map(_pss_mb, _children(_pid(device))))
            idle, wakeups = _idle_cost(device)
    return [
        at_most("idle memory (PSS), connected, no child", idle, "MB", 30.0),
        observed("memory (PSS) with the predictor", loaded, "MB"),
        observed("wake-ups when idle", wakeups, "1/s"),
        observed("exec to connected, median", statistics.median(starts), "ms"),
        at_most("exec to first reading, median", statistics.median(cold), "ms", 1000.0),
        at_most("exec to first reading, slowest", max(cold), "ms", 1000.0),
        observed("warm scan to reading, median", statistics.median(warm), "ms"),
        observed("warm scan to reading, slowest", max(warm), "ms"),
    ]


@contextmanager
def _enrolled(folder: Path) -> Iterator[tuple[EnrolledDevice, CloudDesk]]:
    """Yield a device that has its model, and the cloud it speaks to."""
    authority = Authority(folder / "authority")
    repository = UpdateRepository(folder / "repository")
    repository.publish(build_model_package())
    broker = Broker(folder / "broker", authority)
    broker.start()
    with serving(repository.metadata_folder.parent) as url:
        root = repository.root_bytes
        enrolment = Enrolment(
            port=broker.port,
            repository=url,
            root=root,
            idle_s=2.0,
            looks_for_models=False,
        )
        device = EnrolledDevice(folder / "device", authority, enrolment)
        Refresh(device.settings, SystemClock()).run()
        desk = CloudDesk(broker.port, authority.path, authority.issue(CLOUD, CLOUD))
        try:
            yield device, desk
        finally:
            device.end()
            desk.close()
            broker.stop()


def _time_to_connected(device: EnrolledDevice, cloud: CloudDesk) -> float:
    """Start the agent and return after how many ms the cloud heard of it."""
    before = len(cloud.of_kind(DeviceBirth))
    started = time.perf_counter()
    with running(device):
        _wait_for_birth(cloud, before)
        return (time.perf_counter() - started) * MILLISECONDS


def _wait_for_birth(cloud: CloudDesk, before: int) -> None:
    wait_until(lambda: len(cloud.of_kind(DeviceBirth)) > before, "the agent connected")


def _time_to_first_reading(device: EnrolledDevice, number: int) -> float:
    """Start the agent with a scan in its inbox; ms until the reading is committed."""
    with _reading_counter(device) as readings:
        before = readings()
        drop(device.inbox, f"cold-{number}", seed=number)
        started = time.perf_counter()
        with running(device):
            _spin_until_more(readings, before)
            return (time.perf_counter() - started) * MILLISECONDS


def _warm_times(device: EnrolledDevice) -> list[float]:
    """Return how many ms each of some scans took, the model being loaded."""
    times = []
    with _reading_counter(device) as readings:
        for number in range(WARM_SCANS + 1):
            before = readings()
            started = time.perf_counter()
            drop(device.inbox, f"warm-{number}", seed=1000 + number)
            _spin_until_more(readings, before)
            times.append((time.perf_counter() - started) * MILLISECONDS)
    return times[1:]


@contextmanager
def _reading_counter(device: EnrolledDevice) -> Iterator[Callable[[], int]]:
    """Yield a function that counts the journal's readings cheaply."""
    journal = open_journal_read_only(device.settings.journal_path)
    if journal is None:
        raise RuntimeError("expected the agent to have made its journal before")
    question = "SELECT count(*) FROM records WHERE kind = 'reading'"
    with closing(journal):
        yield lambda: int(journal.connection.execute(question).fetchone()[0])


def _spin_until_more(readings: Callable[[], int], before: int) -> None:
    end = time.monotonic() + DEADLINE_S
    while readings() <= before:
        if time.monotonic() > end:
            raise AssertionError(f"expected a reading within {DEADLINE_S:g} s")
        time.sleep(LOOK_S)


def _idle_cost(device: EnrolledDevice) -> tuple[float, float]:
    """Return the memory in MB and the wake-ups a second once no child is left."""
    agent = _pid(device)
    wait_until(lambda: not _children(agent), "the predictor ended when idle")
    before = _wakeups(agent)
    time.sleep(IDLE_S)
    return _pss_mb(agent), (_wakeups(agent) - before) / IDLE_S


def _pid(device: EnrolledDevice) -> int:
    if device.process is None:
        raise RuntimeError("expected the agent to run")
    return device.process.pid


def _children(parent: int) -> list[int]:
    """Return the processes that `parent` has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            if _number_in(path, "PPid") == parent:
                found.append(int(path.parent.name))
    return found


def _pss_mb(process: int) -> float:
    """Return the memory of a process, shared pages divided among their users."""
    return _number_in(Path(f"/proc/{process}/smaps_rollup"), "Pss") / KB_A_MB


def _wakeups(process: int) -> int:
    return _number_in(Path(f"/proc/{process}/status"), "voluntary_ctxt_switches")


def _number_in(path: Path, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", path.read_text(), re.MULTILINE)
    return int(found.group(1)) if found else 0
