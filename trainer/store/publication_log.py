"""What was fitted for each farm, from which labels, and what came of it."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select

from trainer.store.database import translated_errors
from trainer.store.tables import PUBLICATIONS


@dataclass(frozen=True)
class FitRecord:
    """One fit of a farm: published, or failed.

    Attributes:
        tenant: Whose farm it is.
        farm: The farm.
        basis: Digest of the labels it was made from.
        labels: How many they were.
        published_at: When it ended.
        reason: Why it was made.
        digest: The package, if it was published.
        parent: The package before it.
        failure: Why there is none, if it failed.
    """

    tenant: str
    farm: str
    basis: str
    labels: int
    published_at: datetime
    reason: str
    digest: str | None = None
    parent: str | None = None
    failure: str | None = None


_COLUMNS = [PUBLICATIONS.c[name] for name in FitRecord.__dataclass_fields__]


class PublicationLog:
    """The publications table."""

    def __init__(self, engine: Engine) -> None:
        """Work on an opened database."""
        self._engine = engine

    def append(self, fit: FitRecord) -> None:
        """Remember a fit for good."""
        with translated_errors("write to"), self._engine.begin() as connection:
            connection.execute(PUBLICATIONS.insert().values(**asdict(fit)))

    def all(self) -> list[FitRecord]:
        """Return every fit, oldest first."""
        query = select(*_COLUMNS).order_by(PUBLICATIONS.c.id)
        with translated_errors("read"), self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [FitRecord(**row) for row in rows]

    def latest(self) -> dict[tuple[str, str], FitRecord]:
        """Return the last fit of every farm, published or failed."""
        return self._last_of_each(only_published=False)

    def latest_published(self) -> dict[tuple[str, str], FitRecord]:
        """Return the last fit of every farm that its devices were offered."""
        return self._last_of_each(only_published=True)

    def _last_of_each(
        self, *, only_published: bool
    ) -> dict[tuple[str, str], FitRecord]:
        last = select(func.max(PUBLICATIONS.c.id)).group_by(
            PUBLICATIONS.c.tenant, PUBLICATIONS.c.farm
        )
        if only_published:
            last = last.where(PUBLICATIONS.c.digest.is_not(None))
        query = select(*_COLUMNS).where(PUBLICATIONS.c.id.in_(last))
        with translated_errors("read"), self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return {(row["tenant"], row["farm"]): FitRecord(**row) for row in rows}
