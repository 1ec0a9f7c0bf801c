"""The figures of a season: scores and classes by date, reliability, early answers."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from trainer.crops.in_season.early_answers import EarlyScores
from trainer.crops.in_season.season_scores import DateScores
from trainer.crops.prediction.season_day import day_text
from trainer.figure_style import (
    ALARM,
    FAINT,
    INK,
    LEAF,
    SOIL,
    as_svg,
    entitle,
    panel_rows,
    panels,
)

LEAVES = LinearSegmentedColormap.from_list("leaves", ["#fbf9f5", "#a9c9ae", LEAF])
SOILS = LinearSegmentedColormap.from_list("soils", ["#fbf9f5", "#d9b58f", "#7a4f28"])
WIDTH = 10.4
MOST_DATE_TICKS = 8
MOST_CELLS_ACROSS, NAME_CELLS = 21, 4
"""How many cells of a matrix stand beside each other, names counted too."""

DARK = 0.6
"""Cells darker than this are written on in white."""

LEAST_WRITTEN = 0.005
"""A cell of a matrix that rounds to nothing is left empty."""

DASHED = (0, (4, 3))


def season_figure(dates: Sequence[DateScores]) -> str:
    """Draw macro-F1 and accuracy by date, with the season's end as a line."""
    figure, (axis,) = panels(1, WIDTH, 3.9)
    days = [one.day for one in dates]
    axis.fill_between(
        days,
        [one.macro_f1_low for one in dates],
        [one.macro_f1_high for one in dates],
        color=LEAF,
        alpha=0.15,
        linewidth=0,
    )
    axis.plot(days, [one.macro_f1 for one in dates], color=LEAF, marker="o", lw=2)
    axis.plot(days, [one.accuracy for one in dates], color=SOIL, marker="o", lw=1.5)
    axis.axhline(dates[-1].macro_f1, color=LEAF, linewidth=1, linestyle=DASHED)
    _name_lines(axis)
    axis.set_ylim(0, 1.02)
    _mark_dates(axis, days)
    return as_svg(figure, "macro-F1 and accuracy by date of prediction")


def class_figure(dates: Sequence[DateScores]) -> str:
    """Draw F1 of every class on every date, the most frequent class on top."""
    classes = sorted(
        range(len(dates[-1].classes)), key=lambda at: -dates[-1].classes[at].grown
    )
    shown = [
        at for at in classes if any(one.classes[at].f1 is not None for one in dates)
    ]
    figure, (axis,) = panels(1, WIDTH, 1.2 + 0.34 * len(shown))
    scores = np.array(
        [[_number(one.classes[at].f1) for one in dates] for at in shown], dtype=float
    )
    _draw_cells(axis, scores, LEAVES)
    last = dates[-1].classes
    axis.set_yticks(
        range(len(shown)), [f"{last[at].name} ({last[at].grown})" for at in shown]
    )
    axis.set_xticks(range(len(dates)), [day_text(one.day) for one in dates])
    axis.tick_params(axis="x", rotation=45 if len(dates) > MOST_DATE_TICKS else 0)
    return as_svg(figure, "F1 of each class by date of prediction")


def reliability_figure(dates: Sequence[DateScores]) -> str:
    """Draw the share right against the probability told, on up to three dates."""
    figure, axes = panels(len(dates), WIDTH, 3.7)
    for axis, one in zip(axes, dates, strict=True):
        axis.plot([0, 1], [0, 1], color=FAINT, linewidth=1, linestyle=DASHED)
        told = [each.told for each in one.reliability]
        axis.fill_between(
            told,
            [each.low for each in one.reliability],
            [each.high for each in one.reliability],
            color=LEAF,
            alpha=0.15,
            linewidth=0,
        )
        most = max(each.places for each in one.reliability)
        sizes = [12 + 120 * each.places / most for each in one.reliability]
        axis.scatter(told, [each.right for each in one.reliability], sizes, color=SOIL)
        axis.set_xlim(0, 1)
        axis.set_ylim(0, 1.02)
        axis.set_xlabel("probability told")
        axis.set_ylabel("share that was right")
        entitle(axis, f"{day_text(one.day)}: off by {one.calibration_error:.3f}")
    return as_svg(figure, "share right against the probability told")


def sets_figure(dates: Sequence[DateScores]) -> str:
    """Draw how many sets held the true class, and how many classes a set held."""
    figure, axes = panels(2, WIDTH, 3.3)
    days = [one.day for one in dates]
    axes[0].axhline(0.9, color=LEAF, linewidth=1, linestyle=DASHED)
    axes[0].plot(days, [one.set_coverage for one in dates], color=SOIL, marker="o")
    axes[0].set_ylim(min(0.6, *(one.set_coverage for one in dates)) - 0.05, 1.02)
    axes[0].yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    entitle(axes[0], "Sets that held the true class (90 % promised)")
    axes[1].plot(days, [one.set_size for one in dates], color=SOIL, marker="o")
    axes[1].set_ylim(0, 1.1 * max(one.set_size for one in dates))
    entitle(axes[1], "Classes in a set")
    for axis in axes:
        _mark_dates(axis, days)
    return as_svg(figure, "coverage and size of the sets by date of prediction")


def early_figure(
    rules: Sequence[EarlyScores], chosen: float | None, days: Sequence[int]
) -> str:
    """Draw accuracy against the mean day told, and what is told by when."""
    figure, axes = panels(2, WIDTH, 3.6)
    told = [one.mean_day for one in rules]
    axes[0].plot(told, [one.accuracy for one in rules], color=SOIL, marker="o", ms=4)
    axes[0].axhline(rules[0].accuracy_at_end, color=LEAF, lw=1, linestyle=DASHED)
    entitle(axes[0], "Right, by the mean day of the answer")
    axes[1].set_ylim(0, 1.02)
    axes[1].yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    entitle(axes[1], "Places told for good")
    for one in rules:
        if one.lead == chosen:
            axes[0].scatter([one.mean_day], [one.accuracy], s=90, color=ALARM, zorder=3)
            axes[1].plot(days, one.told_by_day, color=SOIL, marker="o", lw=2)
    _mark_dates(axes[0], sorted({round(one) for one in told}))
    _mark_dates(axes[1], days)
    return as_svg(figure, "accuracy and earliness of answers told before the end")


def confusion_picture(dates: Sequence[DateScores]) -> Figure:
    """Draw what was told of what grew, as shares of each row, one panel a date."""
    kept = [
        at
        for at in range(len(dates[0].classes))
        if any(one.classes[at].grown or one.classes[at].told for one in dates)
    ]
    columns = max(1, min(len(dates), MOST_CELLS_ACROSS // (len(kept) + NAME_CELLS)))
    height = 1.9 + 0.4 * len(kept)
    figure, axes = panel_rows(len(dates), columns, WIDTH, height)
    for axis, one in zip(axes, dates, strict=True):
        _draw_confusion(axis, one, kept)
    return figure


def confusion_figure(dates: Sequence[DateScores]) -> str:
    """Return the picture to stand inside a page."""
    return as_svg(confusion_picture(dates), "what grew against what was told")


def _draw_confusion(axis: Axes, scores: DateScores, kept: list[int]) -> None:
    counts = np.array(scores.confusion, dtype=float)[np.ix_(kept, kept)]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    _draw_cells(axis, shares, SOILS, LEAST_WRITTEN)
    classes = [scores.classes[at] for at in kept]
    axis.set_aspect("equal")
    names = [one.name for one in classes]
    axis.set_xticks(range(len(kept)), names, rotation=45, ha="right")
    grown = [f"{one.name} ({one.grown})" for one in classes]
    axis.set_yticks(range(len(kept)), grown)
    axis.set_xlabel("told")
    axis.set_ylabel("grown")
    entitle(axis, f"{day_text(scores.day)}: macro-F1 {scores.macro_f1:.3f}")


def _number(score: float | None) -> float:
    return float("nan") if score is None else score


def _draw_cells(
    axis: Axes,
    shares: NDArray[np.float64],
    colours: LinearSegmentedColormap,
    least: float = 0.0,
) -> None:
    axis.grid(visible=False)
    rows, columns = (np.arange(one + 1) - 0.5 for one in shares.shape)
    axis.pcolormesh(
        columns,
        rows,
        np.ma.masked_invalid(shares),
        cmap=colours,
        vmin=0,
        vmax=1,
        edgecolor="white",
        linewidth=0.6,
    )
    for row, column in np.argwhere(shares >= least):
        share = float(shares[row, column])
        axis.text(
            column,
            row,
            f"{share:.2f}".removeprefix("0").replace("1.00", "1"),
            ha="center",
            va="center",
            fontsize=8,
            color="white" if share > DARK else INK,
        )
    axis.invert_yaxis()


def _mark_dates(axis: Axes, days: Sequence[int]) -> None:
    step = -(-len(days) // MOST_DATE_TICKS)
    ticks = list(days)[::-1][::step][::-1]
    axis.set_xticks(ticks, [day_text(day) for day in ticks])
    axis.set_xlabel("date of prediction")
    axis.margins(x=0.03)


def _name_lines(axis: Axes) -> None:
    lines = (
        ("macro-F1", LEAF, "solid"),
        ("accuracy", SOIL, "solid"),
        ("macro-F1 at the end", LEAF, DASHED),
    )
    for name, colour, style in lines:
        axis.plot([], [], color=colour, linestyle=style, label=name)
    axis.legend(frameon=False, loc="lower right", ncols=3)
