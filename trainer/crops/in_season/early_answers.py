"""Choose when an answer may be told early, and say what that costs and brings.

A place is told for good once its likeliest class leads the next one by enough, on two
dates in a row. Which lead is enough is chosen on places held back: from the strictest
on, as long as the share of places told wrong early that would be right in the end stays
under the margin with 95 % certainty (learn then test, Angelopoulos et al. 2021, in a
fixed order, so that trying many leads costs no certainty). Fields count, not pixels.
"""

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from trainer.crops.certainty.reliability import share_bounds
from trainer.crops.prediction.season_record import StoppingRule

LEADS = tuple(round(0.98 - 0.04 * step, 2) for step in range(24))
DATES_IN_ROW = 2


class EarlyScores(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule does, judged on places held back.

    Attributes:
        lead: By how much the likeliest class must lead.
        told_early: The share of places told before the last date.
        mean_day: When a place is told on average; the last date where never earlier.
        accuracy: The share right of what the rule tells.
        accuracy_at_end: The share right if all waited.
        spoiled: The share told wrong that would have been right in the end.
        spoiled_at_most: Its upper bound with 95 % certainty.
        told_by_day: The share told by each date.
    """

    lead: float
    told_early: float
    mean_day: float
    accuracy: float
    accuracy_at_end: float
    spoiled: float
    spoiled_at_most: float
    told_by_day: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class SeasonAnswers:
    """Probabilities over the season of places whose crop is known.

    Attributes:
        days: The dates of prediction, ascending; the last one is the season's end.
        values: Probabilities [date, place, class].
        labels: What grew.
        weights: How much evidence each place is.
    """

    days: tuple[int, ...]
    values: NDArray[np.float32]
    labels: NDArray[np.intp]
    weights: NDArray[np.float64]

    def take(self, rows: NDArray[np.intp]) -> "SeasonAnswers":
        """Return some of the places."""
        return SeasonAnswers(
            self.days, self.values[:, rows], self.labels[rows], self.weights[rows]
        )


def choose_rule(season: SeasonAnswers, margin: float) -> StoppingRule | None:
    """Return the loosest rule that is safe enough; none where not even the first is."""
    chosen = None
    for lead in LEADS:
        rule = StoppingRule(lead=lead, dates_in_row=DATES_IN_ROW, margin=margin)
        if judge_rule(season, rule).spoiled_at_most > margin:
            break
        chosen = rule
    return chosen


def judge_rule(season: SeasonAnswers, rule: StoppingRule) -> EarlyScores:
    """Return what a rule does to these places."""
    last = len(season.days) - 1
    at = np.minimum(rule.settled_at(season.values), last)
    rows = np.arange(len(season.labels))
    early = season.values[at, rows].argmax(axis=1) == season.labels
    end = season.values[last].argmax(axis=1) == season.labels
    weights = season.weights / season.weights.sum()
    spoiled = float((weights * (end & ~early)).sum())
    evidence = season.weights.sum()
    _, most = share_bounds(np.array([spoiled * evidence]), np.array([evidence]))
    return EarlyScores(
        lead=rule.lead,
        told_early=float((weights * (at < last)).sum()),
        mean_day=float((weights * np.array(season.days)[at]).sum()),
        accuracy=float((weights * early).sum()),
        accuracy_at_end=float((weights * end).sum()),
        spoiled=spoiled,
        spoiled_at_most=float(most[0]),
        told_by_day=tuple(
            float((weights * (at <= date)).sum()) for date in range(last + 1)
        ),
    )


def trade_off(season: SeasonAnswers, margin: float) -> tuple[EarlyScores, ...]:
    """Return what each lead does, from the strictest to the loosest."""
    rules = (
        StoppingRule(lead=lead, dates_in_row=DATES_IN_ROW, margin=margin)
        for lead in LEADS
    )
    return tuple(judge_rule(season, rule) for rule in rules)
