"""Outcomes come as they finish; failures, deaths and Ctrl-C cost nobody else's work."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.engine.made_work import (
    Unloadable,
    Wish,
    add_up,
    die,
    jobs_of,
    made_table,
    where,
    write,
)
from trainer.engine.engine import EngineChoice, do_jobs
from trainer.engine.job import Done, Failed, Work
from trainer.errors import EngineError

ALONE, TWO = EngineChoice(), EngineChoice(at_once=2)
TABLE = made_table()
WORK = Work(add_up, TABLE)


def by_name(outcomes: Iterable[Any]) -> dict[str, Any]:
    return {one.job.name: one for one in outcomes}


@pytest.mark.parametrize("engine", [ALONE, TWO])
def test_every_job_has_its_answer(engine: EngineChoice) -> None:
    found = by_name(do_jobs(WORK, jobs_of(*map(Wish, range(5))), engine))

    assert {name: one.answer for name, one in found.items()} == {
        f"row {row}": TABLE.rows[row].sum() for row in range(5)
    }


@pytest.mark.parametrize("engine", [ALONE, TWO])
def test_a_failing_job_is_told_by_name_and_stops_no_other(engine: EngineChoice) -> None:
    jobs = jobs_of(Wish(0), Wish(1, fails=True), Wish(2))

    found = by_name(do_jobs(WORK, jobs, engine))

    assert isinstance(found["row 0"], Done)
    assert isinstance(found["row 2"], Done)
    failed = found["row 1"]
    assert failed.reason == "ValueError: no sum of row 1"
    assert "made_work.py" in failed.traceback


def test_one_process_keeps_the_order_and_draws_jobs_as_they_are_wanted() -> None:
    drawn: list[str] = []

    def jobs() -> Iterable[Any]:
        for job in jobs_of(*map(Wish, range(3))):
            drawn.append(job.name)
            yield job

    outcomes = do_jobs(WORK, jobs())
    first = next(outcomes)

    assert first.job.name == "row 0"
    assert drawn == ["row 0"]
    assert [one.job.name for one in outcomes] == ["row 1", "row 2"]


def test_an_answer_does_not_wait_for_a_longer_job(tmp_path: Path) -> None:
    door = tmp_path / "open"
    outcomes = do_jobs(WORK, jobs_of(Wish(0, waits_for=door), Wish(1)), TWO)

    first = next(outcomes)
    door.touch()

    assert first.job.name == "row 1"
    assert [one.job.name for one in outcomes] == ["row 0"]


def test_processes_map_large_arrays_and_copy_small_ones() -> None:
    found = list(do_jobs(Work(where, TABLE), jobs_of(Wish(0), Wish(1)), TWO))

    answers = [one.answer for one in found if isinstance(one, Done)]
    assert {answer[1:] for answer in answers} == {(True, False)}
    assert os.getpid() not in {answer[0] for answer in answers}


def test_what_one_process_writes_reaches_no_other() -> None:
    table = made_table()
    before = table.rows[0].sum()

    found = list(do_jobs(Work(write, table), jobs_of(Wish(1)), TWO))

    assert [one.answer for one in found if isinstance(one, Done)] == [before + 100]
    assert table.rows[0].sum() == before


def test_a_killed_process_is_replaced_and_its_job_tried_again(tmp_path: Path) -> None:
    jobs = jobs_of(Wish(0, dies_unless=tmp_path / "once"), *map(Wish, range(1, 4)))

    found = by_name(do_jobs(WORK, jobs, TWO))

    assert {type(one) for one in found.values()} == {Done}
    assert len(found) == 4


def test_a_job_that_kills_its_process_twice_fails_by_name() -> None:
    (failed,) = do_jobs(Work(die, TABLE), jobs_of(Wish(7)), TWO)

    assert isinstance(failed, Failed)
    assert failed.job.name == "row 7"
    assert "killed by signal 9 2 times" in failed.reason


def test_an_answer_that_cannot_travel_is_a_failure_by_name() -> None:
    jobs = jobs_of(Wish(0, pickles=False), Wish(1))

    found = by_name(do_jobs(WORK, jobs, TWO))

    assert isinstance(found["row 1"], Done)
    assert "pickle" in found["row 0"].reason


def test_what_cannot_be_loaded_stops_at_once_with_the_reason() -> None:
    outcomes = do_jobs(Work(add_up, Unloadable()), jobs_of(Wish(0)), TWO)  # type: ignore[arg-type]

    with pytest.raises(EngineError, match="a library of another version"):
        next(outcomes)


def test_stopping_early_ends_the_processes(tmp_path: Path) -> None:
    others = children_of(os.getpid())
    never = Wish(0, waits_for=tmp_path / "never")
    outcomes = do_jobs(WORK, jobs_of(never, Wish(1)), TWO)
    next(outcomes)
    before = time.monotonic()

    outcomes.close()  # type: ignore[attr-defined]

    assert time.monotonic() - before < 3
    assert children_of(os.getpid()) == others


def test_ctrl_c_keeps_what_is_finished_and_leaves_no_process(tmp_path: Path) -> None:
    program = Path(__file__).with_name("stopped_run.py")
    run = subprocess.Popen(
        [sys.executable, "-m", "tests.trainer.engine.stopped_run", str(tmp_path)],
        cwd=program.parents[3],
        start_new_session=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    assert run.stdout.readline() == "row 1 is done\n"
    workers = children_of(run.pid)

    os.killpg(run.pid, signal.SIGINT)
    rest, _ = run.communicate(timeout=20)

    assert rest == "stopped with 1 kept\n"
    assert len(workers) >= 2
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


def test_fewer_than_no_jobs_at_once_are_refused() -> None:
    with pytest.raises(EngineError, match="0 means one a core"):
        EngineChoice(at_once=-1)


def children_of(pid: int) -> list[int]:
    """Return the processes that run for `pid`, but for those that only clean up."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            line = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"resource_tracker" not in line:
                found.append(child)
    return found
