"""A real Ray cluster of this machine gives what processes give."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.engine.made_work import (
    Wish,
    add_up,
    die,
    jobs_of,
    made_table,
    may_write,
)
from trainer.engine.engine import EngineChoice, do_jobs
from trainer.engine.job import Done, Failed, Work
from trainer.engine.ray_cluster import reached_cluster
from trainer.errors import EngineError

RAY = EngineChoice("ray", at_once=1)
TABLE = made_table()


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Start one cluster for all tests; each run of the engine finds it there."""
    pytest.importorskip("ray", reason="Ray has no package for this Python")
    with reached_cluster("", at_once=1):
        yield


def by_name(outcomes: Iterator[Any]) -> dict[str, Any]:
    return {one.job.name: one for one in outcomes}


@pytest.mark.usefixtures("cluster")
def test_a_failing_job_stops_no_other() -> None:
    jobs = jobs_of(Wish(0), Wish(1, fails=True), Wish(2))

    found = by_name(do_jobs(Work(add_up, TABLE), jobs, RAY))

    assert found["row 0"].answer == TABLE.rows[0].sum()
    assert found["row 2"].answer == TABLE.rows[2].sum()
    assert found["row 1"].reason == "ValueError: no sum of row 1"
    assert "made_work.py" in found["row 1"].traceback


@pytest.mark.usefixtures("cluster")
def test_a_killed_worker_is_replaced_and_its_job_tried_again(tmp_path: Path) -> None:
    jobs = jobs_of(Wish(0, dies_unless=tmp_path / "once"), Wish(1))

    found = by_name(do_jobs(Work(add_up, TABLE), jobs, RAY))

    assert {type(one) for one in found.values()} == {Done}
    assert len(found) == 2


@pytest.mark.usefixtures("cluster")
def test_a_job_that_kills_its_worker_twice_fails_by_name() -> None:
    (failed,) = do_jobs(Work(die, TABLE), jobs_of(Wish(7)), RAY)

    assert isinstance(failed, Failed)
    assert failed.job.name == "row 7"
    assert "WorkerCrashedError" in failed.reason


@pytest.mark.usefixtures("cluster")
def test_large_arrays_are_mapped() -> None:
    (found,) = do_jobs(Work(may_write, TABLE), jobs_of(Wish(0)), RAY)

    assert isinstance(found, Done)
    assert not found.answer


def test_without_ray_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)

    with pytest.raises(EngineError, match=r"pip install 'terroir\[scale\]'"):
        list(do_jobs(Work(add_up, TABLE), jobs_of(Wish(0)), RAY))
