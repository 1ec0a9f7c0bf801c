"""The page that shows what a farm's labels were worth: one HTML file, nothing outside.

Every figure in it is computed from the records given; the template only places them.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from trainer.evaluation.loop_report import LoopReport, StageResult
from trainer.evaluation.report_figures import (
    agreement_figure,
    learning_figure,
    spectra_figure,
)

TEMPLATE = Path(__file__).with_name("learning_curve_report.html")


@dataclass(frozen=True)
class Drawings:
    """The drawings, as SVG that the page holds itself."""

    agreement: Markup
    learning: Markup
    spectra: Markup


def render_report(report: LoopReport) -> str:
    """Return the report as one self-contained HTML page."""
    return _template().render(
        report=report,
        first=report.stages[0],
        last=report.stages[-1],
        headline=headline(report),
        drawings=Drawings(
            # Drawn by this program: no text of users or devices is in them.
            agreement=Markup(agreement_figure(report)),  # noqa: S704 - our own SVG
            learning=Markup(learning_figure(report)),  # noqa: S704 - our own SVG
            spectra=Markup(spectra_figure(report.spectra)),  # noqa: S704 - our own SVG
        ),
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


def _model(stage: StageResult) -> str:
    if not stage.labels:
        return "The library's model"
    return f"The model from {stage.labels} labels"


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
