"""Why a farm's model answers as it does, as one page and as lines of text.

A person who reads it should be able to say what the library gave this farm, what each
expert was worth on its labels, and how far the interval can be relied on.
"""

from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from trainer.evaluation.report_page import page_template
from trainer.localisation.guard_report.guard_figures import (
    agreement_figure,
    distance_figure,
    opinions_figure,
)
from trainer.localisation.guard_report.guard_story import GuardStory, TargetStory
from trainer.localisation.guard_report.guard_verdict import distance_told, verdict_of

TEMPLATE = "guard_report.html"
FEWEST_DOTS = 3
"""Fewer points are no picture."""


def render_guard(story: GuardStory) -> str:
    """Return the page; nothing outside is needed to read it."""
    template = page_template(TEMPLATE, Path(__file__).parent)
    return template.render(
        story=story,
        headline=verdict_of(story.targets[0]),
        sections=[_section(target) for target in story.targets],
    )


def guard_lines(story: GuardStory) -> Iterator[str]:
    """Yield the same for a terminal, without figures."""
    for target in story.targets:
        yield f"{target.name}: {verdict_of(target)}."
        yield from (f"  {sentence}" for sentence in target.trusted)
        for one in target.opinions:
            error = "not measured" if one.error is None else f"{one.error:.3g}"
            yield f"  {one.weight:>4.0%}  {one.name}, error {error}: {one.reason}"
        yield f"  {_interval_told(target)}"


def _section(target: TargetStory) -> dict[str, object]:
    """Return what the template places for one target."""
    has_dots = len(target.predicted) >= FEWEST_DOTS
    return {
        "target": target,
        "verdict": verdict_of(target),
        "distance": distance_told(target),
        "interval": _interval_told(target),
        "opinions": Markup(opinions_figure(target)) if target.opinions else None,  # noqa: S704 - our own SVG
        "agreement": Markup(agreement_figure(target)) if has_dots else None,  # noqa: S704 - our own SVG
        "sites": Markup(distance_figure(target)) if target.sites else None,  # noqa: S704 - our own SVG
    }


def _interval_told(target: TargetStory) -> str:
    width = f"plus or minus {target.half_width:.3g} {target.unit}"
    if target.half_widths is None:
        return f"The {target.level:.0%} interval is {width}, {_measured_on(target)}."
    return (
        f"The {target.level:.0%} interval of a usual soil is {width}, "
        f"{_measured_on(target)}; it is wider where the value is high or the scan is "
        "unlike those of labelled soils."
    )


def _measured_on(target: TargetStory) -> str:
    return f"measured on {target.measured_on}"
