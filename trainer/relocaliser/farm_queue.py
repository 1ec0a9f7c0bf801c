"""Which farms are due for a new model, and why. Plain rules: no store, no clock.

Labels come in bursts, so a farm waits until it has been quiet for a while, but never
longer than a limit. A farm whose fit failed waits until its labels change.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from trainer.settings import RelocaliserSettings
from trainer.store.farm_activity import FarmActivity, UsableLabel
from trainer.store.publication_log import FitRecord


@dataclass(frozen=True)
class DueFarm:
    """A farm to fit now.

    Attributes:
        tenant: Whose farm it is.
        farm: The farm.
        basis: Digest of the labels that it is due for.
        labels: Those labels' record ids.
        reason: Why it is due, for the log and the device.
    """

    tenant: str
    farm: str
    basis: str
    labels: frozenset[str]
    reason: str


def basis_of(labels: Iterable[UsableLabel]) -> str:
    """Return the digest that tells one set of labels from another."""
    ids = sorted(label.record for label in labels)
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()


def due_farms(
    activity: Iterable[FarmActivity],
    fits: Mapping[tuple[str, str], FitRecord],
    now: datetime,
    settings: RelocaliserSettings,
) -> list[DueFarm]:
    """Return the farms to fit, those without any model first."""
    due: list[tuple[bool, datetime, DueFarm]] = []
    for farm in activity:
        fit = fits.get((farm.tenant, farm.farm))
        reason = _reason(farm, fit, now, settings)
        if reason is not None:
            ids = frozenset(label.record for label in farm.labels)
            one = DueFarm(farm.tenant, farm.farm, basis_of(farm.labels), ids, reason)
            due.append((fit is not None, _oldest(farm, fit, now), one))
    return [one for _, _, one in sorted(due, key=lambda entry: entry[:2])]


def _reason(
    farm: FarmActivity,
    fit: FitRecord | None,
    now: datetime,
    settings: RelocaliserSettings,
) -> str | None:
    """Return why a farm is due, or None if it is not."""
    if fit is None and not farm.labels:
        return "first model"
    if fit is not None and fit.basis == basis_of(farm.labels):
        return None
    newest = max((label.arrived_at for label in farm.labels), default=now)
    if now - newest >= timedelta(seconds=settings.quiet_s):
        return f"{len(farm.labels)} labels"
    if now - _oldest(farm, fit, now) >= timedelta(seconds=settings.max_wait_s):
        return f"{len(farm.labels)} labels, and more are coming"
    return None


def _oldest(farm: FarmActivity, fit: FitRecord | None, now: datetime) -> datetime:
    """Return since when labels have waited for a model."""
    arrivals = [label.arrived_at for label in farm.labels]
    waiting = [at for at in arrivals if fit is None or at > fit.published_at]
    return min(waiting, default=max(arrivals, default=now))
