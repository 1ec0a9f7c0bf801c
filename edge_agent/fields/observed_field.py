"""All that was seen of one field, place by place."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from edge_agent.errors import InputError
from edge_agent.fields.observation_columns import Observation
from protocols.season_buckets import Observations

MOST_OBSERVATIONS = 2_000_000
"""What a gateway holds in memory at once."""


@dataclass
class ObservedField:
    """A field's rows, by the place that they are of."""

    name: str
    places: dict[str, list[Observation]] = field(default_factory=dict)

    def add(self, one: Observation) -> None:
        """Keep a row."""
        self.places.setdefault(one.place, []).append(one)

    def observations(self, harvest: int) -> list[Observations]:
        """Return what was seen of each place, by days of the year of the harvest."""
        begins = date(harvest, 1, 1)
        return [
            Observations(
                days=np.array([(row.date - begins).days for row in rows]),
                values=np.array([row.values for row in rows], np.float32),
                clouds=np.array([row.cloud for row in rows]),
                scenes=np.array([row.scene for row in rows]),
            )
            for rows in self.places.values()
        ]

    @property
    def latest(self) -> date:
        """The day on which it was last seen."""
        return max(row.date for rows in self.places.values() for row in rows)


class ObservedFields:
    """Rows gathered in whatever order they come; fields stay in that of their first."""

    def __init__(self) -> None:
        self._known: dict[str, ObservedField] = {}
        self._rows = 0

    def add(self, row: Observation) -> None:
        """Keep a row, unless there are too many."""
        self._rows += 1
        if self._rows > MOST_OBSERVATIONS:
            raise InputError(
                f"expected at most {MOST_OBSERVATIONS} observations at once, found "
                "more; split the file by field"
            )
        self._known.setdefault(row.field, ObservedField(row.field)).add(row)

    @property
    def fields(self) -> tuple[ObservedField, ...]:
        """All fields."""
        return tuple(self._known.values())

    @property
    def latest(self) -> date:
        """The day on which any of them was last seen."""
        return max(one.latest for one in self._known.values())

    def __len__(self) -> int:
        """Return how many fields there are."""
        return len(self._known)
