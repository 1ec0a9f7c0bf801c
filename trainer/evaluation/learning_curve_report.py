"""The page that shows what a farm's labels were worth: one HTML file, nothing outside.

Every figure in it is computed from the records given; the template only places them.
"""

import math

import numpy as np
from markupsafe import Markup

from trainer.evaluation.loop_report import LoopReport, StageResult
from trainer.evaluation.report_figures import (
    agreement_figure,
    learning_figure,
    scans_figure,
)
from trainer.evaluation.report_page import page_template
from trainer.evaluation.spectra_figure import DRAWN_UP_TO, scans_out_of_sight

TEMPLATE = "learning_curve_report.html"

INDISTINCT = 0.05
"""Answers over less than this share of the truth's range are one answer."""

FIGURES = ("n", "RMSE", "ME", "R²", "r²", "CCC", "RPD", "RPIQ")


def render_report(report: LoopReport) -> str:
    """Return the report as one self-contained HTML page."""
    return page_template(TEMPLATE).render(
        report=report,
        first=report.stages[0],
        last=report.stages[-1],
        headline=headline(report),
        first_says_one_thing=says_one_thing(report.stages[0]),
        headings=("labels", *FIGURES, "coverage", "width", "flagged"),
        rows=[stage_cells(stage) for stage in report.stages],
        counts=delivery_lines(report),
        facts=report.provenance,
        oddities=report.odd_scans,
        drawn_up_to=DRAWN_UP_TO,
        out_of_sight=scans_out_of_sight(report.spectra.reflectance),
        drawings={
            # Drawn by this program: no text of users or devices is in them.
            "agreement": Markup(agreement_figure(report)),  # noqa: S704 - our own SVG
            "learning": Markup(learning_figure(report)),  # noqa: S704 - our own SVG
            "spectra": Markup(scans_figure(report.spectra)),  # noqa: S704 - our own SVG
        },
    )


def stage_cells(stage: StageResult) -> tuple[str, ...]:
    """Return one line of the table, as text."""
    found = stage.agreement
    return (
        str(stage.labels),
        str(found.n),
        _number(found.rmse),
        f"{found.me:+.2f}",
        *map(_number, (found.r2, found.r2_correlation, found.ccc)),
        *map(_number, (found.rpd, found.rpiq)),
        f"{stage.coverage:.0%}",
        f"{stage.width:.2f}",
        str(int(stage.is_flagged.sum())),
        stage.model_digest[:8],
    )


def says_one_thing(stage: StageResult) -> bool:
    """Whether the model could not tell the soils apart at all."""
    return float(np.ptp(stage.predicted)) < INDISTINCT * float(np.ptp(stage.observed))


def delivery_lines(report: LoopReport) -> tuple[tuple[str, int], ...]:
    """Return what became of the records, line by line."""
    counts = report.delivery
    return (
        ("sent by the device", counts.sent),
        ("receipted by the cloud", counts.receipted),
        ("rejected, with a reason", counts.rejected),
        ("lost", counts.lost),
    )


def headline(report: LoopReport) -> str:
    """Return in one sentence what the labels did, better or worse."""
    first, last = report.stages[0], report.stages[-1]
    change = 1 - last.agreement.rmse / first.agreement.rmse
    if len(report.stages) == 1:
        return f"{_model(first)} errs by {first.agreement.rmse:.2f} {report.unit}"
    verb = "cut" if change >= 0 else "raised"
    return (
        f"{last.labels} labels {verb} the error by {abs(change):.0%}, from "
        f"{first.agreement.rmse:.2f} to {last.agreement.rmse:.2f} {report.unit}"
    )


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _model(stage: StageResult) -> str:
    if not stage.labels:
        return "The library's model"
    return f"The model from {stage.labels} labels"
