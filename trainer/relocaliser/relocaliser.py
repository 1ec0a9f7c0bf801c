"""The relocaliser: look, fit what is due, publish, record, order.

One farm's failure is logged, recorded and left until its labels change; the others go
on. A fit that was published but not recorded before a crash is simply made again.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from trainer.errors import StoreError
from trainer.localisation.package.farm_package import PackageOrder
from trainer.publishing.model_repository import ModelRepository
from trainer.relocaliser.farm_queue import DueFarm, due_farms
from trainer.relocaliser.farm_samples import join_samples
from trainer.relocaliser.fitter import Fitter
from trainer.relocaliser.update_orders import OrderDesk
from trainer.settings import RelocaliserSettings
from trainer.store.farm_activity import read_activity
from trainer.store.publication_log import FitRecord, PublicationLog
from trainer.store.sample_store import SampleStore

LOG = logging.getLogger(__name__)
MAX_FAILURE = 500
"""Characters of a failure that are recorded; the log has the traceback."""


@dataclass(frozen=True)
class Surroundings:
    """What the relocaliser reads from and writes to."""

    engine: Engine
    fitter: Fitter
    repository: ModelRepository
    orders: OrderDesk
    clock: Callable[[], datetime]


class Relocaliser:
    """Keeps every farm's model up with its labels."""

    def __init__(self, around: Surroundings, settings: RelocaliserSettings) -> None:
        """Prepare; `run` or `run_once` does something."""
        self._around = around
        self._settings = settings
        self._samples = SampleStore(around.engine)
        self._log = PublicationLog(around.engine)
        self._last_fit_at = time.monotonic()

    @property
    def idle_s(self) -> float:
        """For how long no farm was fitted."""
        return time.monotonic() - self._last_fit_at

    def run(self, stop: threading.Event) -> None:
        """Look again and again until `stop` is set."""
        LOG.info("relocaliser is ready")
        refresh_at = time.monotonic()
        while not stop.is_set():
            if time.monotonic() >= refresh_at:
                self._refresh_signatures()
                refresh_at = time.monotonic() + self._settings.refresh_interval_s
            try:
                self.run_once(stop)
            except Exception:
                LOG.exception("could not look after the farms; trying again")
            stop.wait(self._settings.check_interval_s)

    def run_once(self, stop: threading.Event) -> int:
        """Fit every farm that is due now; return how many were published."""
        due = due_farms(
            read_activity(self._around.engine),
            self._log.latest(),
            self._around.clock(),
            self._settings,
        )
        published = 0
        for farm in due:
            if stop.is_set():
                break
            published += self._refit(farm)
            self._last_fit_at = time.monotonic()
        return published

    def _refit(self, due: DueFarm) -> bool:
        """Fit one farm and offer its model; tell whether that worked."""
        before = self._log.latest_published().get((due.tenant, due.farm))
        parent = before.digest if before else None
        try:
            digest, labels = self._publish(due, parent)
        except StoreError:
            raise
        except Exception as error:
            LOG.exception("could not refit %s/%s", due.tenant, due.farm)
            failure = f"{type(error).__name__}: {error}"[:MAX_FAILURE]
            self._record(due, len(due.labels), failure=failure, parent=parent)
            return False
        self._record(due, labels, digest=digest, parent=parent)
        LOG.info("published %s for %s/%s: %s", digest, due.tenant, due.farm, due.reason)
        for device in self._samples.devices_of(due.tenant, due.farm):
            self._around.orders.send(device, digest, due.reason)
        return True

    def _publish(self, due: DueFarm, parent: str | None) -> tuple[str, int]:
        """Return the digest that was published, and from how many soils it is."""
        fitter = self._around.fitter
        labels = self._samples.labels_of(due.tenant, due.farm)
        farm = join_samples(
            [label for label in labels if label.id in due.labels],
            self._samples.scans_of(due.tenant, due.farm),
            fitter.grid,
            fitter.targets,
        )
        order = PackageOrder(due.tenant, due.farm, parent, self._around.clock())
        package = fitter.fit(farm, order)
        digest = self._around.repository.publish(due.tenant, due.farm, package)
        return digest, len(farm.samples)

    def _record(
        self,
        due: DueFarm,
        labels: int,
        *,
        parent: str | None,
        digest: str | None = None,
        failure: str | None = None,
    ) -> None:
        self._log.append(
            FitRecord(
                tenant=due.tenant,
                farm=due.farm,
                basis=due.basis,
                labels=labels,
                published_at=self._around.clock(),
                reason=due.reason,
                digest=digest,
                parent=parent,
                failure=failure,
            )
        )

    def _refresh_signatures(self) -> None:
        """Keep the repository's signatures valid, without stopping for a failure."""
        try:
            count = self._around.repository.refresh()
        except Exception:
            LOG.exception("could not refresh the repository's signatures")
            return
        if count:
            LOG.info("signed %d metadata files anew", count)
