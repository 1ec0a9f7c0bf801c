"""The watched folder: renames and the doorbell are heard, with and without inotify."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent import inbox_watch
from edge_agent.event_loop import EventLoop
from edge_agent.inbox_watch import InboxWatch, open_inotify, ring_doorbell
from tests.simulators.scan_bench import Metronome
from tests.simulators.scan_files import drop


@pytest.fixture
def loop() -> Iterator[EventLoop]:
    """A loop that turns at least every few milliseconds."""
    loop = EventLoop()
    loop.add(Metronome())
    yield loop
    loop.close()


def turn_until_heard(loop: EventLoop, heard: list[float], count: int) -> None:
    """Turn until so many changes were heard."""
    end = time.monotonic() + 5
    while len(heard) < count:
        assert time.monotonic() < end, "expected to hear of a change"
        loop.turn()


def test_renamed_file_and_doorbell_are_heard(loop: EventLoop, tmp_path: Path) -> None:
    heard: list[float] = []
    watch = InboxWatch(loop, tmp_path, lambda: heard.append(time.monotonic()))
    loop.add(watch)

    drop(tmp_path, "A12")
    turn_until_heard(loop, heard, 1)
    heard.clear()
    ring_doorbell(tmp_path)

    turn_until_heard(loop, heard, 1)
    watch.close()


def test_folder_that_cannot_be_watched_is_looked_into_every_second(
    loop: EventLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_watch, "POLL_S", 0.02)
    monkeypatch.setattr(inbox_watch, "open_inotify", lambda _: None)
    heard: list[float] = []
    watch = InboxWatch(loop, tmp_path, lambda: heard.append(time.monotonic()))
    loop.add(watch)

    turn_until_heard(loop, heard, 3)

    watch.close()


def test_missing_folder_cannot_be_watched(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert open_inotify(tmp_path / "none") is None
    assert "looking every second" in caplog.text
