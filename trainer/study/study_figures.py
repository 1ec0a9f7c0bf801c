"""The figures of a study: every farm's ratio, differences, and learning curves."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from trainer.figure_style import (
    FAINT,
    INK,
    SERIES,
    as_svg,
    entitle,
    panel_rows,
    panels,
)
from trainer.study.study_record import ArmScore, ArmSummary

ROW_HEIGHT = 0.3
MOST_CURVES = len(SERIES)
WIDTH = 10.4
SHOWN_RATIO = 1.6
"""Bars of arms that err more than so many times the reference may leave their panel."""
DRAWN_RATIO = 2.0
FAR_RATIO = 3.0
"""Arms that err more than so many times the reference are drawn at the edge."""
RATIO_TICKS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, FAR_RATIO)


def ratio_figure(
    scores: Sequence[ArmScore], summaries: Sequence[ArmSummary], farms: Sequence[str]
) -> str:
    """Draw how each arm does against its reference, a dot a farm."""
    paired = [
        one for one in summaries if np.isfinite(one.ratio) and one.arm != one.reference
    ]
    arms = [one.arm for one in sorted(paired, key=lambda one: one.ratio)]
    figure, (axis,) = panels(1, WIDTH, 1.7 + ROW_HEIGHT * len(arms))
    axis.axvline(1, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
    for place, farm in enumerate(farms):
        own = [one for one in scores if one.farm == farm and one.arm in arms]
        ratios = {one.arm: one.ratio for one in own}
        colour = SERIES[place % len(SERIES)]
        _draw_ratios(axis, arms, ratios, farm, {"color": colour, "s": 34})
    means = {one.arm: one.ratio for one in paired}
    upright = {"color": INK, "marker": "|", "s": 210, "linewidths": 2}
    _draw_ratios(axis, arms, means, "geometric mean", upright)
    _name_rows(axis, arms)
    _scale_ratios(axis)
    axis.set_xlabel("RMSE over that of the local reference; left of 1 the arm helps")
    figure.legend(frameon=False, ncols=6, loc="outside upper left")
    return as_svg(figure, "ratio of each arm's error to its local reference, by farm")


def difference_figure(
    scores: Sequence[ArmScore], farms: Sequence[str], unit: str
) -> str:
    """Draw delta RMSE of each arm with its spread over seeds, one panel a farm."""
    paired = [
        one
        for one in scores
        if np.isfinite(one.difference) and one.arm != one.reference
    ]
    arms = list(dict.fromkeys(one.arm for one in paired))
    columns = min(3, len(farms))
    height = 0.9 + 0.24 * len(arms)
    figure, axes = panel_rows(len(farms), columns, WIDTH, max(2.2, height))
    for axis, farm in zip(axes, farms, strict=True):
        axis.axvline(0, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
        own = [one for one in paired if one.farm == farm]
        places = [arms.index(one.arm) for one in own]
        values = [one.difference for one in own]
        axis.barh(
            places,
            values,
            xerr=np.nan_to_num([one.difference_spread for one in own]),
            color=[SERIES[1] if value > 0 else SERIES[0] for value in values],
            height=0.62,
            error_kw={"ecolor": INK, "elinewidth": 1},
        )
        entitle(axis, farm)
        axis.set_xlim(*_reach(own))
        _name_rows(axis, arms, is_named=axis in axes[::columns])
        axis.set_xlabel(f"ΔRMSE, hundredths of {unit}")
    return as_svg(figure, "difference of each arm's error from its local reference")


def curves_figure(
    scores: Sequence[ArmScore],
    arms: Sequence[str],
    farms: Sequence[str],
    unit: str,
) -> str:
    """Draw the error over the number of labels, one panel a farm, arms as lines."""
    columns = min(3, len(farms))
    figure, axes = panel_rows(len(farms), columns, WIDTH, 3.0)
    for axis, farm in zip(axes, farms, strict=True):
        for place, arm in enumerate(arms):
            own = [one for one in scores if (one.farm, one.arm) == (farm, arm)]
            _draw_curve(axis, own, SERIES[place % len(SERIES)], arm)
        labels = sorted({one.labels for one in scores})
        axis.set_xticks(labels, [str(count) for count in labels])
        axis.set_xlabel("labelled soils of the farm")
        entitle(axis, farm)
    for axis in axes[::columns]:
        axis.set_ylabel(f"RMSE, {unit}")
    lines, names = axes[0].get_legend_handles_labels()
    figure.legend(lines, names, frameon=False, ncols=4, loc="outside upper left")
    return as_svg(figure, "error over the number of labels, one panel a farm")


def arms_to_draw(summaries: Sequence[ArmSummary], common: str) -> list[str]:
    """Return the arms whose curves are drawn: the reference and those least wrong.

    Arms far worse would press all the others into one line.
    """
    most = max((one.labels for one in summaries), default=0)
    ranked = sorted(
        (one for one in summaries if one.labels == most and one.arm != common),
        key=lambda one: one.against_common,
    )
    near = [one for one in ranked if one.against_common < DRAWN_RATIO] or ranked
    named = [common] if common else []
    return [*named, *(one.arm for one in near)][:MOST_CURVES]


def _draw_ratios(
    axis: Axes,
    arms: Sequence[str],
    ratios: Mapping[str, float],
    name: str,
    look: Mapping[str, Any],
) -> None:
    """Draw one mark an arm; those too far to be shown stand at the edge."""
    told = [arm for arm in arms if arm in ratios]
    at = [min(ratios[arm], FAR_RATIO) for arm in told]
    axis.scatter(at, [arms.index(arm) for arm in told], label=name, **look)


def _scale_ratios(axis: Axes) -> None:
    axis.set_xscale("log")
    low, high = axis.get_xlim()
    shown = [tick for tick in RATIO_TICKS if low <= tick <= high]
    axis.set_xticks(shown, [f"{tick:g}" for tick in shown])
    axis.minorticks_off()


def _reach(scores: Sequence[ArmScore]) -> tuple[float, float]:
    """Return the range that shows every arm but those far worse than the reference."""
    shown = [one for one in scores if one.ratio < SHOWN_RATIO] or list(scores)
    ends = [
        one.difference + side * np.nan_to_num(one.difference_spread)
        for one in shown
        for side in (-1, 1)
    ]
    low, high = min(0.0, *ends), max(0.0, *ends)
    margin = 0.05 * (high - low) or 1.0
    return low - margin, high + margin


def _draw_curve(axis: Axes, scores: Sequence[ArmScore], colour: str, arm: str) -> None:
    ordered = sorted(scores, key=lambda one: one.labels)
    labels = np.array([one.labels for one in ordered])
    error = np.array([one.mean.rmse for one in ordered])
    spread = np.nan_to_num([one.spread.rmse for one in ordered])
    axis.plot(labels, error, color=colour, marker="o", markersize=4, label=arm)
    axis.fill_between(labels, error - spread, error + spread, color=colour, alpha=0.08)


def _name_rows(axis: Axes, names: Sequence[str], *, is_named: bool = True) -> None:
    axis.set_yticks(range(len(names)), names if is_named else [""] * len(names))
    axis.set_ylim(len(names) - 0.5, -0.5)
