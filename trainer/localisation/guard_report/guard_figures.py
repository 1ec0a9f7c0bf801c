"""The figures of the guard's report."""

import numpy as np
from matplotlib.axes import Axes

from trainer.evaluation.agreement_panel import (
    AgreementPanel,
    draw_agreement,
    shared_limits,
)
from trainer.figure_style import ALARM, FAINT, INK, LEAF, SOIL, as_svg, entitle, panels
from trainer.localisation.decision import ALIKE, FOREIGN
from trainer.localisation.guard_report.guard_story import TargetStory

MOST_SITES = 12
ROW_HEIGHT = 0.36


def opinions_figure(target: TargetStory) -> str:
    """Draw each expert's error beside the weight it got."""
    height = 1.3 + ROW_HEIGHT * (len(target.opinions) + 1)
    figure, (errors, weights) = panels(2, 10.4, height)
    names = [one.name for one in target.opinions]
    places = np.arange(len(names), dtype=float)
    _draw_errors(errors, target, places)
    shares = [one.weight for one in target.opinions]
    weights.barh(places, shares, color=LEAF, height=0.55)
    for place, share in zip(places, shares, strict=True):
        weights.annotate(
            f"{share:.0%}",
            (share, place),
            (5, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            fontsize=9,
        )
    weights.set_xlim(0, max(1.15 * max(shares, default=1.0), 0.1))
    weights.xaxis.set_visible(False)
    entitle(weights, "Share of the answer")
    for axis in (errors, weights):
        axis.set_ylim(len(names) - 0.4, -0.6)
        axis.set_yticks(places, names if axis is errors else [""] * len(names))
        axis.grid(visible=False, axis="y")
        axis.tick_params(axis="y", length=0, labelcolor=INK)
    return as_svg(figure, "error and weight of each expert")


def agreement_figure(target: TargetStory) -> str:
    """Draw what a model without each label said of it."""
    figure, (axis, misses) = panels(2, 10.4, 4.6)
    width = target.reaches
    panel = AgreementPanel(
        title=f"{target.labels} labels, each left out",
        observed=target.observed,
        predicted=target.predicted,
        low=np.maximum(target.predicted - width, 0.0),
        high=target.predicted + width,
        is_flagged=np.zeros(target.observed.shape, dtype=bool),
    )
    draw_agreement(axis, panel, shared_limits([panel]))
    axis.set_xlabel(f"laboratory, {target.unit}")
    axis.set_ylabel(f"model, {target.unit}")
    _draw_misses(misses, target)
    return as_svg(figure, "predicted against observed, and the misses")


def distance_figure(target: TargetStory) -> str:
    """Draw how far the farm lies from each of the library's sites."""
    sites = target.sites[:MOST_SITES]
    figure, (axis,) = panels(1, 10.4, 1.1 + ROW_HEIGHT * len(sites))
    places = np.arange(len(sites), dtype=float)
    ratios = [one.ratio for one in sites]
    colours = [_nearness(one) for one in ratios]
    axis.barh(places, ratios, color=colours, height=0.55)
    axis.axvline(1.0, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
    for place, one in zip(places, sites, strict=True):
        axis.annotate(
            f"{one.ratio:.1f}",
            (one.ratio, place),
            (5, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            fontsize=9,
        )
    axis.set_yticks(places, [one.site for one in sites])
    axis.set_ylim(len(sites) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.tick_params(axis="y", length=0, labelcolor=INK)
    axis.set_xlim(0, 1.1 * max(*ratios, FOREIGN))
    entitle(axis, "How many times as far as the site's own soils lie from their mean")
    return as_svg(figure, "distance to the library's sites")


def _nearness(ratio: float) -> str:
    """Return green for a site that looks the same, red for one that is foreign."""
    if ratio <= ALIKE:
        return LEAF
    return SOIL if ratio <= FOREIGN else ALARM


def _draw_errors(axis: Axes, target: TargetStory, places: np.ndarray) -> None:
    errors = [np.nan if one.error is None else one.error for one in target.opinions]
    local = errors[0] if errors else np.nan
    for place, error in zip(places, errors, strict=True):
        if np.isnan(error):
            axis.annotate(
                "not measured",
                (0, place),
                (6, 0),
                va="center",
                textcoords="offset points",
                color=FAINT,
                fontsize=9,
            )
            continue
        colour = ALARM if error > local else LEAF
        axis.plot([0, error], [place, place], color=colour, linewidth=1.4)
        axis.plot([error], [place], marker="o", color=colour, markersize=6)
        axis.annotate(
            f"{error:.3g}",
            (error, place),
            (8, 0),
            va="center",
            textcoords="offset points",
            color=INK,
            fontsize=9,
        )
    if target.error is not None:
        axis.axvline(target.error, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    known = [one for one in (*errors, target.error or 0.0) if np.isfinite(one)]
    axis.set_xlim(0, 1.25 * max(known, default=1.0) or 1.0)
    entitle(axis, f"Error on labels left out, {target.unit}")


def _draw_misses(axis: Axes, target: TargetStory) -> None:
    """Draw the misses one by one beside the interval that is to hold most of them."""
    misses = target.predicted - target.observed
    order = np.argsort(misses)
    places, reach = np.arange(len(misses)), target.reaches[order]
    axis.bar(places, 2 * reach, 1, -reach, color=LEAF, alpha=0.13, lw=0)
    axis.axhline(0.0, color=FAINT, linewidth=1)
    outside = np.abs(misses[order]) > reach
    for mask, colour in ((~outside, SOIL), (outside, ALARM)):
        axis.scatter(places[mask], misses[order][mask], s=16, color=colour, lw=0)
    entitle(axis, f"Misses, smallest first, and their {target.level:.0%} intervals")
    axis.set_xticks([])
    axis.set_ylabel(f"model minus laboratory, {target.unit}")
