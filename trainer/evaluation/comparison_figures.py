"""Figures of methods beside each other: folds, differences, coverage, curve, bands."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from protocols.wavelength_grid import WavelengthGrid
from trainer.evaluation.evaluation_result import (
    BandImportance,
    CurvePoint,
    IntervalScore,
    Score,
)
from trainer.evaluation.paired_comparison import PairedDifference
from trainer.figure_style import (
    FAINT,
    LEAF,
    SERIES,
    SOIL,
    as_svg,
    entitle,
    panel_rows,
    panels,
)

ROW_HEIGHT = 0.34


def difference_figure(
    differences: Sequence[PairedDifference], folds: Sequence[Score], unit: str
) -> str:
    """Draw the error of every fold, and each method's paired difference."""
    methods = list(dict.fromkeys(score.method for score in folds))
    height = 1.2 + ROW_HEIGHT * len(methods)
    figure, axes = panels(2, 10.4, max(height, 2.4))
    _draw_folds(axes[0], methods, folds, unit)
    _draw_differences(axes[1], methods, differences, unit)
    return as_svg(figure, "error by fold, and paired differences from the best method")


def coverage_figure(intervals: Sequence[IntervalScore], unit: str) -> str:
    """Draw which share of intervals held, beside what chance alone would do."""
    figure, axes = panels(2, 10.4, max(2.4, 1.2 + ROW_HEIGHT * len(intervals)))
    places = np.arange(len(intervals))
    level, fewest = intervals[0].level, min(one.n for one in intervals)
    chance = 1.96 * math.sqrt(level * (1 - level) / fewest)
    axes[0].axvspan(level - chance, min(1, level + chance), color=LEAF, alpha=0.15)
    axes[0].axvline(level, color=LEAF, linewidth=1, linestyle=(0, (4, 3)))
    axes[0].scatter([one.coverage for one in intervals], places, color=SOIL, s=36)
    axes[0].xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes[0].set_xlim(min(0.6, *(one.coverage for one in intervals)) - 0.03, 1.01)
    entitle(axes[0], f"Intervals that hold ({level:.0%} promised)")
    widths = [one.width if math.isfinite(one.width) else 0.0 for one in intervals]
    axes[1].barh(places, widths, color=SOIL, height=0.5)
    axes[1].set_xlabel(f"mean width, {unit}")
    entitle(axes[1], "How wide they are")
    for axis in axes:
        _name_rows(axis, [one.method for one in intervals])
    return as_svg(figure, "coverage and width of the intervals, one row a method")


def curve_figure(points: Sequence[CurvePoint], unit: str) -> str:
    """Draw the error over the number of soils learned from."""
    figure, (axis,) = panels(1, 10.4, 3.9)
    methods = list(dict.fromkeys(point.method for point in points))
    for place, method in enumerate(methods):
        own = [point for point in points if point.method == method]
        sizes = np.array([point.learned_from for point in own])
        errors = np.array([point.rmse for point in own])
        spread = np.array([point.spread for point in own])
        colour = SERIES[place % len(SERIES)]
        axis.plot(sizes, errors, color=colour, marker="o", markersize=5, label=method)
        axis.fill_between(
            sizes, errors - spread, errors + spread, color=colour, alpha=0.1
        )
    axis.set_xscale("log")
    ticks = sorted({round(point.learned_from) for point in points})
    axis.set_xticks(ticks, [str(tick) for tick in ticks])
    axis.minorticks_off()
    axis.set_xlabel("soils learned from")
    axis.set_ylabel(f"RMSE, mean over folds and seeds, {unit}")
    axis.legend(frameon=False, ncols=min(4, len(methods)))
    return as_svg(figure, "error over the number of soils learned from")


def importance_figure(
    importance: Sequence[BandImportance], grid: WavelengthGrid, unit: str
) -> str:
    """Draw how far each band moves the answers, one panel a method."""
    figure, axes = panel_rows(len(importance), 2, 10.4, 2.5)
    for axis, one in zip(axes, importance, strict=True):
        mean, spread = np.array(one.mean), np.array(one.spread)
        positions = grid.positions()
        axis.plot(positions, mean, color=SOIL, linewidth=1.3)
        axis.fill_between(
            positions,
            np.clip(mean - spread, 0, None),
            mean + spread,
            color=SOIL,
            alpha=0.2,
        )
        axis.margins(x=0)
        axis.set_ylim(bottom=0)
        axis.set_ylabel(unit)
        axis.set_xlabel("wavelength, nm" if grid.unit == "nm" else "wavenumber, 1/cm")
        entitle(axis, f"{one.method}, by {one.kind}")
    return as_svg(figure, "how far each band moves the answers, one panel a method")


def _draw_folds(
    axis: Axes, methods: Sequence[str], folds: Sequence[Score], unit: str
) -> None:
    for place, method in enumerate(methods):
        errors = [one.mean.rmse for one in folds if one.method == method]
        axis.scatter(errors, [place] * len(errors), color=SOIL, s=18, alpha=0.6)
        axis.scatter([np.nanmean(errors)], [place], color=SOIL, s=70, marker="|")
    axis.set_xlim(left=0)
    axis.set_xlabel(f"RMSE of each fold, {unit}")
    entitle(axis, "Every fold")
    _name_rows(axis, methods)


def _draw_differences(
    axis: Axes,
    methods: Sequence[str],
    differences: Sequence[PairedDifference],
    unit: str,
) -> None:
    axis.axvline(0, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
    for one in differences:
        place = methods.index(one.method)
        colour = SOIL if one.is_distinguishable else FAINT
        axis.hlines(place, one.low, one.high, color=colour, linewidth=2)
        axis.scatter([one.difference], [place], color=colour, s=32, zorder=3)
    reference = differences[0].reference if differences else methods[0]
    axis.set_xlabel(f"RMSE above that of {reference}, {unit}")
    entitle(axis, f"Paired with {reference}, 95 % interval")
    _name_rows(axis, methods)


def _name_rows(axis: Axes, names: Sequence[str]) -> None:
    axis.set_yticks(range(len(names)), names)
    axis.set_ylim(len(names) - 0.5, -0.5)
