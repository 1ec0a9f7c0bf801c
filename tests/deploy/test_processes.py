"""Programs are ended whatever happens, and say why they ended too early."""

import contextlib
import os
import sys
from pathlib import Path

import pytest

from deploy.processes import (
    ProgramError,
    Programs,
    accepts_connections,
    free_port,
    wait_until,
)

SLEEPS = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)")
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('up', flush=True)
time.sleep(60)
"""
REFUSES_TO_END = (sys.executable, "-c", STUBBORN)


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_programs_end_with_their_context(tmp_path: Path) -> None:
    with Programs(tmp_path) as programs:
        program = programs.start("sleeper", SLEEPS)
        wait_until(lambda: "up" in program.said(), "a start", within_s=20)

    assert not is_running(program.process.pid)


def test_programs_end_when_the_context_fails(tmp_path: Path) -> None:
    programs = Programs(tmp_path)
    program = programs.start("sleeper", SLEEPS)

    with contextlib.suppress(KeyboardInterrupt), programs:
        raise KeyboardInterrupt

    assert not is_running(program.process.pid)


def test_program_that_will_not_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.processes.GRACE_S", 0.2)

    with Programs(tmp_path) as programs:
        program = programs.start("stubborn", REFUSES_TO_END)
        wait_until(lambda: "up" in program.said(), "a start", within_s=20)

    assert not is_running(program.process.pid)


def test_program_that_ended_early_says_its_last_words(tmp_path: Path) -> None:
    with Programs(tmp_path) as programs:
        program = programs.start("brief", [sys.executable, "-c", "exit('no soil')"])
        program.process.wait()

        with pytest.raises(ProgramError, match=r"(?s)exit code 1.*no soil"):
            programs.check_alive()


def test_claim_that_never_holds_is_named() -> None:
    with pytest.raises(ProgramError, match="expected rain within"):
        wait_until(lambda: False, "rain", within_s=0.05)


def test_free_port_accepts_nothing_yet() -> None:
    assert not accepts_connections(free_port())
