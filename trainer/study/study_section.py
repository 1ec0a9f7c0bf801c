"""What the page of a study says of one target at one number of labels, as text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from protocols.units import unit_of
from trainer.evaluation.score_tables import number, with_sign, with_spread
from trainer.study.study_figures import difference_figure, ratio_figure
from trainer.study.study_record import ArmScore, ArmSummary, StudyRecord


@dataclass(frozen=True)
class SummaryRow:
    """One arm over all farms, as text."""

    arm: str
    reference: str
    ratio: str
    worst: str
    helped: str
    against_common: str
    difference: str
    me: str
    ccc: str
    is_best: bool


@dataclass(frozen=True)
class ScoreRow:
    """One arm on one farm, as text."""

    farm: str
    arm: str
    cells: tuple[str, ...]
    is_best: bool


@dataclass(frozen=True)
class StudySection:
    """One target at one number of labels.

    Attributes:
        target: OSSL name.
        labels: How many labels.
        verdict: What stands out, in words.
        rows: One arm a row, least error first.
        scores: One arm on one farm a row.
        ratios: The figure of ratios by farm, empty where nothing is set against.
        differences: The figure of delta RMSE, alike.
    """

    target: str
    labels: int
    verdict: str
    rows: tuple[SummaryRow, ...]
    scores: tuple[ScoreRow, ...]
    ratios: Markup
    differences: Markup


def section_of(record: StudyRecord, target: str, labels: int) -> StudySection:
    """Return the section of a target and a number of labels."""
    here = (target, labels)
    scores = [one for one in record.scores if (one.target, one.labels) == here]
    found = [one for one in record.summaries if (one.target, one.labels) == here]
    ranked = ranked_summaries(found)
    is_paired = any(one.arm != one.reference for one in scores if one.reference)
    return StudySection(
        target=target,
        labels=labels,
        verdict=verdict(ranked, record),
        rows=tuple(
            _summary_row(one, is_best=place == 0) for place, one in enumerate(ranked)
        ),
        scores=tuple(_score_rows(record, scores)),
        ratios=_drawn(ratio_figure(scores, found, record.farms))
        if is_paired
        else _NONE,
        differences=(
            _drawn(difference_figure(scores, record.farms, unit_of(target)))
            if is_paired
            else _NONE
        ),
    )


def ranked_summaries(summaries: Sequence[ArmSummary]) -> list[ArmSummary]:
    """Return arms of all farms by error against the common reference, least first."""
    return sorted(
        summaries,
        key=lambda one: (
            -one.farms,
            one.against_common if math.isfinite(one.against_common) else one.ratio,
        ),
    )


def verdict(ranked: Sequence[ArmSummary], record: StudyRecord) -> str:
    """Say who errs least, by how much, and whom it harms."""
    if not ranked:
        return "No arm was told on all draws."
    best, common = ranked[0], record.common
    if not common or not math.isfinite(best.against_common):
        return f"{best.arm} comes first; nothing common to all was asked for."
    if best.arm == common:
        return f"No arm beats {common}, the common reference, on the mean of farms."
    text = (
        f"{best.arm} errs least on the mean of farms: "
        f"{_percent(best.against_common)} against {common}"
    )
    if best.reference and best.reference != common:
        text += f", {_percent(best.ratio)} against {best.reference}"
    return f"{text}; it helps {best.helped} of {best.farms} farms."


def _percent(ratio: float) -> str:
    return f"{100 * (ratio - 1):+.1f} %"


def _summary_row(one: ArmSummary, *, is_best: bool) -> SummaryRow:
    is_itself = one.arm == one.reference
    worst = f"{number(one.worst_ratio)} {one.worst_farm}"
    return SummaryRow(
        arm=one.arm,
        reference="itself" if is_itself else one.reference or "-",
        ratio="-" if is_itself else number(one.ratio),
        worst="-" if is_itself or not one.reference else worst,
        helped="-" if is_itself else f"{one.helped} of {one.farms}",
        against_common=number(one.against_common),
        difference="-" if is_itself else _difference(one.difference),
        me=f"{one.me:+.2f}",
        ccc=f"{one.ccc:.2f}",
        is_best=is_best,
    )


def _score_rows(record: StudyRecord, scores: Sequence[ArmScore]) -> list[ScoreRow]:
    rows = []
    for farm in record.farms:
        own = sorted(
            (one for one in scores if one.farm == farm), key=lambda one: one.mean.rmse
        )
        rows += [
            ScoreRow(farm, one.arm, _cells(one), place == 0)
            for place, one in enumerate(own)
        ]
    return rows


def _cells(one: ArmScore) -> tuple[str, ...]:
    mean, spread = one.mean, one.spread
    return (
        str(mean.n),
        with_spread(mean.rmse, spread.rmse),
        "-" if one.arm == one.reference else number(one.ratio),
        "-"
        if one.arm == one.reference
        else _difference(one.difference, one.difference_spread),
        with_sign(mean.me, mean.rmse),
        f"{mean.r2:.2f}",
        f"{mean.ccc:.2f}" if math.isfinite(mean.ccc) else "-",
        number(mean.rpiq),
    )


def _difference(value: float, spread: float = math.nan) -> str:
    if not math.isfinite(value):
        return "-"
    text = f"{round(value, 1) + 0.0:+.1f}"
    return f"{text} ± {spread:.1f}" if math.isfinite(spread) and spread else text


def _drawn(drawing: str) -> Markup:
    # Drawn by this program; jinja is told so here alone.
    return Markup(drawing)  # noqa: S704 - our own SVG


_NONE = Markup("")
