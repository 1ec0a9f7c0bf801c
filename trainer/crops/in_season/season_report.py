"""The page on a season: one HTML file, nothing outside.

Every figure in it is computed from the record given; the template only places them.
"""

from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from trainer.crops.in_season.evaluate_season import SeasonEvaluation
from trainer.crops.in_season.season_figures import (
    class_figure,
    confusion_figure,
    early_figure,
    reliability_figure,
    season_figure,
    sets_figure,
)
from trainer.crops.in_season.season_scores import ClassScores, DateScores
from trainer.crops.prediction.season_day import day_text
from trainer.evaluation.report_page import page_template

TEMPLATE, FOLDER = "season_report.html", Path(__file__).parent
HEADS = (
    *("date", "n", "macro-F1", "90 %", "accuracy", "kappa", "off by", "Brier"),
    *("sets held", "in a set", "intervals held", "flagged"),
)
NEARLY = 0.95
FEWEST_PLACES = 30
SHOWN = 3
MOST_IN_SERIES = 8
"""Matrices of more classes do not stand beside each other."""


def render_season(found: SeasonEvaluation) -> str:
    """Return the page."""
    dates = found.dates
    early = found.early
    chosen = found.record.rule.lead if found.record.rule else None
    drawings = {
        "season": season_figure(dates),
        "classes": class_figure(dates),
        "confusions": confusion_figure(_confused(found)),
        "reliability": reliability_figure(_some(dates)),
        "sets": sets_figure(dates),
        "early": early_figure(found.trade_off, chosen, found.record.days),
    }
    marked = {name: Markup(one) for name, one in drawings.items()}  # noqa: S704 - ours
    return page_template(TEMPLATE, FOLDER).render(
        found=found,
        last=dates[-1],
        headline=headline(found),
        doubts=tuple(doubts_of(found)),
        heads=HEADS,
        rows=[_row(one) for one in dates],
        classes=[_class_row(one) for one in dates[-1].classes],
        rule=rule_in_words(found),
        told_early=f"{100 * early.told_early:.0f} %" if early else "none",
        told_early_words="of places told early"
        if early
        else "told early: no safe rule",
        drawings=marked,
    )


def headline(found: SeasonEvaluation) -> str:
    """Return when the model is nearly as good as at the end."""
    last = found.dates[-1]
    near = next(one for one in found.dates if one.macro_f1 >= NEARLY * last.macro_f1)
    if near is last:
        return f"Crops are told best at the end, on {day_text(last.day)}"
    return (
        f"By {day_text(near.day)} crops are told nearly as well as at the end "
        f"({near.macro_f1:.2f} of {last.macro_f1:.2f})"
    )


def doubts_of(found: SeasonEvaluation) -> Iterator[str]:
    """Say what the figures cannot carry."""
    last = found.dates[-1]
    if found.is_learned:
        yield (
            "The model learned from these very series: it knows many of the answers, "
            "and will do worse elsewhere. Judge it on boxes or years held back."
        )
    if last.n < found.places:
        yield (
            f"{last.n} of {found.places} places with a known crop were drawn to "
            "judge by."
        )
    few = [one.name for one in last.classes if 0 < one.grown < FEWEST_PLACES]
    if few:
        yield f"On fewer than {FEWEST_PLACES} places grew: {', '.join(few)}."
    never = [one.name for one in last.classes if one.grown and not one.told]
    if never:
        yield f"Never told, even at the end: {', '.join(never)}."
    absent = [one.name for one in last.classes if not one.grown]
    if absent:
        yield f"Grew nowhere here, so nothing is known of them: {', '.join(absent)}."
    if last.flagged > 0.25:  # noqa: PLR2004 - a quarter is no longer an exception
        yield (
            f"{100 * last.flagged:.0f} % of places are foreign to the model: it "
            "learned from others than these."
        )


def rule_in_words(found: SeasonEvaluation) -> str:
    """Say when an answer is told early and what it does."""
    rule, early = found.record.rule, found.early
    if rule is None or early is None:
        return (
            "No rule is safe enough with so few fields: an answer waits for the "
            "season's end. On the left is what each lead would do."
        )
    return (
        f"A place is told for good once its likeliest class leads the next by "
        f"{rule.lead:.2f} on {rule.dates_in_row} dates in a row: the least lead with "
        f"which at most {100 * rule.margin:.0f} % of places are told wrong that would "
        f"be right at the end, with 95 % certainty. On fields that did not choose it, "
        f"{100 * early.told_early:.0f} % of places are told early, on "
        f"{day_text(round(early.mean_day))} on average; {100 * early.accuracy:.1f} % "
        f"of all are right, {100 * early.accuracy_at_end:.1f} % had they waited, and "
        f"{100 * early.spoiled:.1f} % are wrong that would have been right. Red marks "
        f"the rule, on all fields."
    )


def _confused(found: SeasonEvaluation) -> list[DateScores]:
    """Return the dates whose matrices are drawn: the last alone, where it is large."""
    last = found.dates[-1:]
    return list(last) if len(found.legend) > MOST_IN_SERIES else _some(found.dates)


def _some(dates: tuple[DateScores, ...]) -> list[DateScores]:
    """Return the first date, the middle one and the last."""
    last = len(dates) - 1
    chosen = sorted({round(last * part / (SHOWN - 1)) for part in range(SHOWN)})
    return [dates[at] for at in chosen]


def _row(one: DateScores) -> tuple[str, ...]:
    held = one.interval_coverage
    return (
        day_text(one.day),
        str(one.n),
        f"{one.macro_f1:.3f}",
        f"{one.macro_f1_low:.3f} to {one.macro_f1_high:.3f}",
        f"{one.accuracy:.3f}",
        f"{one.kappa:.3f}",
        f"{one.calibration_error:.3f}",
        f"{one.brier:.3f}",
        f"{100 * one.set_coverage:.0f} %",
        f"{one.set_size:.2f}",
        "" if held is None else f"{100 * held:.0f} %",
        f"{100 * one.flagged:.0f} %",
    )


def _class_row(one: ClassScores) -> tuple[str, ...]:
    shares = (one.precision, one.recall, one.f1, one.set_coverage)
    told = ["" if share is None else f"{share:.3f}" for share in shares]
    return (one.name, str(one.grown), str(one.told), *told)
