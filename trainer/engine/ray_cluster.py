"""Jobs on a Ray cluster; every machine of it needs this program installed.

What jobs share is put into the cluster's store once, and mapped by all workers of a
machine. Ray itself tries a job once again whose worker or machine died.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from trainer.engine.job import Answer, Job, Outcome, Shared, Task, Work
from trainer.engine.one_job import Report, do_one, outcome_of, refusal_of
from trainer.errors import EngineError

TRIES_AGAIN = 1
THIS_MACHINE = "127.0.0.1"


def do_on_ray(
    work: Work[Shared, Task, Answer],
    jobs: Iterable[Job[Task]],
    at_once: int,
    address: str,
) -> Iterator[Outcome[Task, Answer]]:
    """Yield outcomes as they come; 0 at once is one a core of the cluster."""
    with reached_cluster(address, at_once) as ray:
        room = at_once or max(1, int(ray.cluster_resources().get("CPU", 1)))
        do = ray.remote(num_cpus=1, max_retries=TRIES_AGAIN)(do_one)
        shared, left = ray.put(work), iter(jobs)
        under_way: dict[Any, Job[Task]] = {}
        try:
            while True:
                for job in islice(left, room - len(under_way)):
                    under_way[do.remote(shared, job.task)] = job
                if not under_way:
                    return
                (done, *_), _ = ray.wait(list(under_way), num_returns=1)
                yield outcome_of(under_way.pop(done), _report(ray, done))
        finally:
            for reference in under_way:
                ray.cancel(reference, force=True)


def _report(ray: Any, reference: Any) -> Report[Any]:  # noqa: ANN401 - ray is an extra
    try:
        report: Report[Any] = ray.get(reference)
    except ray.exceptions.RayError as error:
        return refusal_of(error)
    return report


@contextmanager
def reached_cluster(address: str, at_once: int) -> Iterator[Any]:
    """Connect, or start a cluster of this machine alone; leave it as it was found."""
    ray = _ray()
    if ray.is_initialized():
        yield ray
        return
    try:
        ray.init(**_how_to_reach(address, at_once))
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise EngineError(
            f"expected a Ray cluster at {address or 'this machine'}, found none "
            f"({error}); start one with `ray start --head`, or use --engine processes"
        ) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _how_to_reach(address: str, at_once: int) -> dict[str, Any]:
    """Return what `ray.init` is told."""
    quiet = {"log_to_driver": False, "logging_level": logging.WARNING}
    if address:
        return {"address": address, **quiet}
    return {
        "address": "local",
        "num_cpus": at_once or None,
        "include_dashboard": False,
        "_node_ip_address": THIS_MACHINE,
        **quiet,
    }


def _ray() -> Any:  # noqa: ANN401 - ray is an extra
    # Read when Ray is loaded: nothing about anyone's soils or machines is to be sent.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        raise EngineError(
            "expected Ray for --engine ray, found it not installed; install it with "
            "`pip install 'terroir[scale]'`, or use --engine processes"
        ) from error
    return ray
