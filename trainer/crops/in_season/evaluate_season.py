"""Judge a model over the season, on places whose crop is known.

What comes later than a date of prediction is removed before the model is asked. The
sets' thresholds and the rule for early answers are learned here, each judged on fields
that did not choose it: places are cut in two halves, and each half is judged by what
the other one chose. The record for predictions is then learned from both.
"""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from trainer.crops.certainty.conformal_set import set_threshold
from trainer.crops.in_season.early_answers import (
    EarlyScores,
    SeasonAnswers,
    choose_rule,
    judge_rule,
    trade_off,
)
from trainer.crops.in_season.judge_date import GrownCrops, judge_date
from trainer.crops.in_season.season_scores import DateScores
from trainer.crops.prediction.crop_answers import CropAnswers, CropTeller
from trainer.crops.prediction.predict_series import expect_legend
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.prediction.season_record import SeasonRecord
from trainer.crops.series.series_set import SeriesSet
from trainer.errors import EvaluationError

AT_ONCE = 8192
MOST_PLACES = 100_000
"""More would only fill memory: scores stand still long before."""

FEWEST_GROUPS = 2

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class SeasonOrder:
    """How to judge.

    Attributes:
        days: The dates of prediction, ascending; the last one is the season's end.
        margin: The share of places that an early answer may spoil.
        most_places: How many places are judged; drawn where there are more.
        seed: Of what is drawn.
    """

    days: tuple[int, ...]
    margin: float = 0.05
    most_places: int = MOST_PLACES
    seed: int = 0


class SeasonEvaluation(msgspec.Struct, frozen=True, kw_only=True):
    """What was found.

    Attributes:
        format: Of this record.
        model: The model's digest.
        series: The series' digest.
        legend: The classes.
        is_learned: Whether the model learned from these very series; the scores of
            such are no promise.
        places: How many places have a known crop; not all may have been judged.
        fields: How many fields, or places without a field, were judged.
        dates: The scores, date by date.
        record: What predictions follow.
        early: The rule judged on fields that did not choose it; none without a rule.
        trade_off: What each lead does, on all fields judged.
    """

    format: str = "1"
    model: str
    series: str
    legend: tuple[str, ...]
    is_learned: bool
    places: int
    fields: int
    dates: tuple[DateScores, ...]
    record: SeasonRecord
    early: EarlyScores | None
    trade_off: tuple[EarlyScores, ...]


def evaluate_season(
    series: SeriesSet, digest: str, teller: CropTeller, order: SeasonOrder, tell: Told
) -> SeasonEvaluation:
    """Judge the model on every date; `digest` names the series."""
    expect_legend(series, teller)
    known = np.flatnonzero(series.places.labels >= 0)
    judged = series.take(_drawn(known, order))
    grown = _grown(judged, teller)
    halves = _halves(grown.groups, order.seed)
    values, dates = [], []
    for at, day in enumerate(order.days):
        answers = _answers(judged, teller, day)
        crossed = _crossed_thresholds(answers.value, grown, halves)
        dates.append(judge_date(day, answers, grown, crossed))
        values.append(answers.value)
        tell(at + 1, len(order.days))
    season = SeasonAnswers(
        order.days, np.stack(values), grown.labels, _weights(grown.groups)
    )
    return SeasonEvaluation(
        model=teller.digest,
        series=digest,
        legend=teller.legend,
        is_learned=digest == teller.learned_from,
        places=len(known),
        fields=int(grown.groups.max()) + 1,
        dates=tuple(dates),
        record=_record(season, teller, order),
        early=_judged_early(season, halves, order),
        trade_off=trade_off(season, order.margin),
    )


def field_names(series: SeriesSet) -> NDArray[np.str_]:
    """Return what each place shares its answers' faults with: its field, or itself."""
    places = series.places
    own = np.where(places.fields == "", places.names, places.fields)
    years = np.char.add(places.years.astype(np.str_), "/")
    named: NDArray[np.str_] = np.char.add(
        np.char.add(years, places.boxes), np.char.add("/", own)
    )
    return named


def _drawn(known: NDArray[np.intp], order: SeasonOrder) -> NDArray[np.intp]:
    if not len(known):
        raise EvaluationError(
            "expected places whose crop is known to judge by, found none; prepare the "
            "series with labels"
        )
    if len(known) <= order.most_places:
        return known
    random = np.random.default_rng(order.seed)
    return np.sort(random.choice(known, order.most_places, replace=False))


def _grown(series: SeriesSet, teller: CropTeller) -> GrownCrops:
    meant = {name: at for at, name in enumerate(teller.legend)}
    translated = np.array([meant.get(name, -1) for name in series.legend], np.intp)
    _, groups = np.unique(field_names(series), return_inverse=True)
    if groups.max() + 1 < FEWEST_GROUPS:
        raise EvaluationError(
            "expected at least two fields to judge by, found one; label more of them"
        )
    labels = translated[series.places.labels]
    return GrownCrops(teller.legend, labels, groups.astype(np.intp))


def _answers(series: SeriesSet, teller: CropTeller, day: int) -> CropAnswers:
    cut, parts = SeasonCut(series.grid, teller.grid), []
    for first in range(0, len(series), AT_ONCE):
        batch = series.batch(np.arange(first, min(first + AT_ONCE, len(series))))
        parts.append(teller.tell(cut.until(batch, day)))
    names = ("value", "low", "high", "novelty", "steps_seen")
    return CropAnswers(
        **{
            name: np.concatenate([getattr(one, name) for one in parts])
            for name in names
        }
    )


def _weights(groups: NDArray[np.intp]) -> NDArray[np.float64]:
    weights: NDArray[np.float64] = 1.0 / np.bincount(groups)[groups]
    return weights


def _halves(groups: NDArray[np.intp], seed: int) -> NDArray[np.bool_]:
    """Return which half each place is in; a field is never cut."""
    count = int(groups.max()) + 1
    turned = np.random.default_rng(seed).permutation(count)
    half: NDArray[np.bool_] = (turned % 2 == 0)[groups]
    return half


def _crossed_thresholds(
    values: NDArray[np.float32], grown: GrownCrops, halves: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return for each place the threshold that the other half chose."""
    weights = _weights(grown.groups)
    thresholds = np.empty(len(values))
    for half in (halves, ~halves):
        thresholds[~half] = set_threshold(
            values[half].astype(np.float64), grown.labels[half], weights[half]
        )
    return thresholds


def _record(
    season: SeasonAnswers, teller: CropTeller, order: SeasonOrder
) -> SeasonRecord:
    thresholds = [
        set_threshold(values.astype(np.float64), season.labels, season.weights)
        for values in season.values
    ]
    return SeasonRecord(
        model=teller.digest,
        days=order.days,
        thresholds=tuple(thresholds),
        rule=choose_rule(season, order.margin),
    )


def _judged_early(
    season: SeasonAnswers, halves: NDArray[np.bool_], order: SeasonOrder
) -> EarlyScores | None:
    """Return the rule's scores on fields that did not choose it, of both halves."""
    judged = []
    for half in (halves, ~halves):
        rule = choose_rule(season.take(np.flatnonzero(half)), order.margin)
        if rule is None:
            return None
        judged.append(judge_rule(season.take(np.flatnonzero(~half)), rule))
    return _mean_of(judged)


def _mean_of(judged: list[EarlyScores]) -> EarlyScores:
    plain = {
        name: float(np.mean([getattr(one, name) for one in judged]))
        for name in EarlyScores.__struct_fields__
        if name != "told_by_day"
    }
    by_day = np.mean([one.told_by_day for one in judged], axis=0)
    return EarlyScores(**plain, told_by_day=tuple(map(float, by_day)))
