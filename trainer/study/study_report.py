"""The page of a study: one HTML file, nothing outside.

Every figure in it is computed from the record given; the template only places them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from protocols.units import unit_of
from trainer.evaluation.report_page import page_template
from trainer.study.selection_section import SelectionDrawing
from trainer.study.study_figures import MOST_CURVES, arms_to_draw, curves_figure
from trainer.study.study_record import FitRemark, StudyRecord
from trainer.study.study_section import ranked_summaries, section_of, verdict

TEMPLATE = "study_report.html"
FOLDER = Path(__file__).parent
MOST_REMARKS = 12
ENOUGH_SEEDS = 10


@dataclass(frozen=True)
class CurveDrawing:
    """Learning curves of one target."""

    target: str
    drawing: Markup


@dataclass(frozen=True)
class FailureRow:
    """Fits of one arm that failed for one reason."""

    arm: str
    fits: int
    where: str
    reason: str


def render_study(
    record: StudyRecord, selections: Sequence[SelectionDrawing] = ()
) -> str:
    """Return the page."""
    sections = [
        section_of(record, target, labels)
        for target in record.targets
        for labels in sorted(record.labels, reverse=True)
    ]
    return page_template(TEMPLATE, FOLDER).render(
        record=record,
        headline=headline(record),
        seeds_warning=_seeds_warning(record),
        sections=sections,
        curves=list(_curves(record)),
        most_curves=MOST_CURVES,
        selections=selections,
        remarks=list(_remarks(record)),
        failures=list(_failures(record)),
    )


def headline(record: StudyRecord) -> str:
    """Return in one sentence who errs least with most labels, first target."""
    most = max(record.labels)
    found = [
        one
        for one in record.summaries
        if (one.target, one.labels) == (record.targets[0], most)
    ]
    if not found:
        return "No arm was told on all draws"
    text = verdict(ranked_summaries(found), record).rstrip(".")
    return f"With {most} labels {text[0].lower() + text[1:]}"


def _seeds_warning(record: StudyRecord) -> str:
    if record.seeds >= ENOUGH_SEEDS:
        return ""
    return (
        f"Over {record.seeds} draw{'s' if record.seeds > 1 else ''} of labels a "
        "difference of a few percent may be luck."
    )


def _curves(record: StudyRecord) -> Iterator[CurveDrawing]:
    if len(record.labels) == 1:
        return
    for target in record.targets:
        scores = [one for one in record.scores if one.target == target]
        found = [one for one in record.summaries if one.target == target]
        arms = arms_to_draw(found, record.common)
        drawing = curves_figure(scores, arms, record.farms, unit_of(target))
        yield CurveDrawing(target, Markup(drawing))  # noqa: S704 - our own SVG


def _remarks(record: StudyRecord) -> Iterator[FitRemark]:
    for arm in record.arms:
        own = [one for one in record.remarks if one.arm == arm.name]
        yield from sorted(own, key=lambda one: -one.fits)[:MOST_REMARKS]


def _failures(record: StudyRecord) -> Iterator[FailureRow]:
    counted = Counter((one.arm, one.reason) for one in record.failures)
    for (arm, reason), fits in counted.items():
        places = dict.fromkeys(
            f"{one.farm} ({one.labels} labels)"
            for one in record.failures
            if (one.arm, one.reason) == (arm, reason)
        )
        yield FailureRow(arm, fits, ", ".join(places), reason)
