"""From what was seen of fields to what grows there: one line a field.

A field of several places gets the mean of what is told of each. Its interval is no
narrower than theirs: neighbouring pixels err together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from edge_agent.errors import InputError, RefusedUpdateError
from edge_agent.fields.field_line import FieldLine, RefusedField
from edge_agent.fields.observed_field import ObservedField
from edge_agent.predictor.loaded_crop_model import LoadedCropModel
from protocols.golden_vectors import GraphAnswer, joined_answers
from protocols.graph_contract import EDGE_OF_DOMAIN
from protocols.season_buckets import PlaceSeries, bucketed
from protocols.season_grid import SeasonGrid


@dataclass(frozen=True)
class PredictionDate:
    """On which day of which season is told what grows.

    Attributes:
        on: Nothing that was seen later is used.
        harvest: The year from whose 1 January days are counted.
    """

    on: date
    harvest: int

    @property
    def day(self) -> int:
        """The day of the season's year."""
        return (self.on - date(self.harvest, 1, 1)).days

    def check_within(self, season: SeasonGrid) -> None:
        """Refuse a date on which nothing of the season was seen yet."""
        first = season.first_day_until(self.day)
        if self.day < first:
            begins = date(self.harvest, 1, 1) + timedelta(days=first)
            raise InputError(
                f"expected a date in the season, which begins on {begins}, found "
                f"{self.on}; say --date, or the year of the harvest with --harvest"
            )


def answer_fields(
    fields: Sequence[ObservedField], model: LoadedCropModel, when: PredictionDate
) -> Iterator[FieldLine | RefusedField]:
    """Yield what the model says of each field, or why it says nothing."""
    when.check_within(model.manifest.season)
    for one in fields:
        try:
            yield _line_of(one, model, when)
        except (InputError, RefusedUpdateError, ValueError) as error:
            yield RefusedField(field=one.name, refusal=str(error))


def _line_of(
    one: ObservedField, model: LoadedCropModel, when: PredictionDate
) -> FieldLine:
    manifest = model.manifest
    series = [
        bucketed(seen, manifest.season, when.day, manifest.observations)
        for seen in one.observations(when.harvest)
    ]
    asked = [place for place in series if place.days_seen]
    if not asked:
        raise InputError(
            f"expected observations in the season until {when.on}, found none that "
            "clouds, scene classes and dates leave"
        )
    told = joined_answers([model.runtime.run(*place.inputs) for place in asked])
    _check(told)
    return _worded(one.name, told, asked, model, when)


def _worded(
    name: str,
    told: GraphAnswer,
    asked: Sequence[PlaceSeries],
    model: LoadedCropModel,
    when: PredictionDate,
) -> FieldLine:
    value, novelty = told.value.mean(axis=0), float(np.median(told.novelty))
    best = int(value.argmax())
    threshold = model.manifest.likely.threshold_on(when.day)
    likely = [at for at in np.argsort(-value) if value[at] >= threshold or at == best]
    return FieldLine(
        field=name,
        date=f"{when.on}",
        crop=model.manifest.classes[best].name,
        probability=float(value[best]),
        low=float(told.low[:, best].mean()),
        high=float(told.high[:, best].mean()),
        crops=tuple(model.manifest.classes[at].name for at in likely),
        novelty=novelty,
        flagged=novelty > EDGE_OF_DOMAIN,
        places=len(asked),
        days_seen=len({day for place in asked for day in place.days_seen}),
        model=model.digest,
    )


def _check(told: GraphAnswer) -> None:
    """Refuse what cannot be probabilities; golden answers rule it out, nearly."""
    numbers = (told.value, told.low, told.high, told.novelty)
    if not all(np.isfinite(array).all() for array in numbers):
        raise ValueError(
            "expected finite probabilities, found others; the observations are unlike "
            "all that the model knows"
        )
