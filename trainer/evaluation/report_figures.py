"""The figures of a learning-curve report."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from trainer.evaluation.loop_report import LoopReport, ScannedSpectra, StageResult
from trainer.evaluation.report_style import (
    ALARM,
    FAINT,
    INK,
    LEAF,
    SOIL,
    as_svg,
    entitle,
    panels,
)

MOST_SPECTRA = 150
"""More lines than this only thicken the page."""


def agreement_figure(report: LoopReport) -> str:
    """Draw predicted against observed for the first and the last model."""
    figure, axes = panels(2, 10.4, 4.9)
    stages = (report.stages[0], report.stages[-1])
    limits = _shared_limits(stages)
    for axis, stage in zip(axes, stages, strict=True):
        _draw_agreement(axis, stage, limits)
        axis.set_xlabel(f"laboratory, {report.unit}")
        axis.set_ylabel(f"device, {report.unit}")
    return as_svg(figure, "predicted against observed for the first and last model")


def learning_figure(report: LoopReport) -> str:
    """Draw the error, the concordance and the coverage over the number of labels."""
    figure, axes = panels(3, 10.4, 3.3)
    labels = [stage.labels for stage in report.stages]
    error = [stage.agreement.rmse for stage in report.stages]
    concordance = [stage.agreement.ccc for stage in report.stages]
    _draw_curve(axes[0], labels, error, f"Error (RMSE, {report.unit})", LEAF)
    _draw_curve(axes[1], labels, concordance, "Concordance (CCC)", LEAF)
    axes[1].set_ylim(min(0.0, *concordance) - 0.05, 1.1)
    _draw_coverage(axes[2], report)
    for axis in axes:
        axis.set_xlabel("labelled soils of the farm")
        axis.set_xticks(labels)
    return as_svg(figure, "error, concordance and coverage over the number of labels")


def spectra_figure(spectra: ScannedSpectra) -> str:
    """Draw the scans, those that the device did not take for soil on top."""
    figure, (axis,) = panels(1, 10.4, 3.9)
    soils = np.flatnonzero(~spectra.is_flagged)
    odd = np.flatnonzero(spectra.is_flagged)
    step = max(1, math.ceil(len(soils) / MOST_SPECTRA))
    groups = ((soils[::step], SOIL, 0.28, "soil"), (odd, ALARM, 0.95, "flagged"))
    for rows, colour, strength, name in groups:
        for place, row in enumerate(rows):
            axis.plot(
                spectra.wavelengths_nm,
                spectra.reflectance[row],
                color=colour,
                alpha=strength,
                linewidth=1.2 if name == "flagged" else 0.7,
                label=f"{name} ({np.sum(spectra.is_flagged == (name == 'flagged'))})"
                if place == 0
                else None,
            )
    axis.set_xlabel("wavelength, nm")
    axis.set_ylabel("reflectance")
    axis.set_ylim(bottom=0)
    axis.margins(x=0)
    axis.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    return as_svg(figure, "all scans, the flagged ones highlighted")


def _shared_limits(stages: Sequence[StageResult]) -> tuple[float, float]:
    """Return the range of values; wide intervals may leave it."""
    values = np.concatenate([[*one.observed, *one.predicted] for one in stages])
    margin = 0.06 * float(np.ptp(values))
    return float(values.min()) - margin, float(values.max()) + margin


def _draw_agreement(
    axis: Axes, stage: StageResult, limits: tuple[float, float]
) -> None:
    axis.plot(limits, limits, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
    axis.vlines(
        stage.observed,
        stage.low,
        stage.high,
        color=SOIL,
        alpha=_strength(len(stage.samples)),
        linewidth=1.1,
    )
    known = ~stage.is_flagged
    axis.scatter(
        stage.observed[known], stage.predicted[known], s=16, color=SOIL, alpha=0.85
    )
    axis.scatter(
        stage.observed[~known],
        stage.predicted[~known],
        s=26,
        facecolors="white",
        edgecolors=ALARM,
        linewidths=1.3,
    )
    figures = stage.agreement
    entitle(axis, _labels(stage.labels))
    axis.text(
        0.03,
        0.97,
        f"RMSE {figures.rmse:.2f}   R² {figures.r2:.2f}   CCC {figures.ccc:.2f}",
        transform=axis.transAxes,
        va="top",
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 3},
    )
    axis.set_xlim(limits)
    axis.set_ylim(limits)
    axis.set_aspect("equal")


def _strength(soils: int) -> float:
    """Return how dark an interval is drawn, so that many do not become a wall."""
    return float(np.clip(16 / soils, 0.05, 0.3))


def _labels(count: int) -> str:
    return f"{count} labels of this farm" if count else "library only, no label"


def _draw_curve(
    axis: Axes, labels: Sequence[int], values: Sequence[float], title: str, colour: str
) -> None:
    axis.plot(labels, values, color=colour, linewidth=2, marker="o", markersize=6)
    entitle(axis, title)
    axis.set_ylim(0, 1.18 * max(values))
    for label, value in zip(labels, values, strict=True):
        axis.annotate(
            f"{value:.2f}",
            (label, value),
            (0, 8),
            textcoords="offset points",
            ha="center",
            color=INK,
            fontsize=9,
        )
    axis.margins(x=0.08, y=0.2)


def _draw_coverage(axis: Axes, report: LoopReport) -> None:
    """Draw coverage, and in which band chance alone would keep an honest claim."""
    labels = [stage.labels for stage in report.stages]
    shares = [stage.coverage for stage in report.stages]
    chance = [
        1.96 * math.sqrt(report.level * (1 - report.level) / stage.agreement.n)
        for stage in report.stages
    ]
    low = [report.level - one for one in chance]
    high = [min(1.0, report.level + one) for one in chance]
    axis.fill_between(labels, low, high, color=LEAF, alpha=0.15, linewidth=0)
    axis.axhline(report.level, color=LEAF, linewidth=1, linestyle=(0, (4, 3)))
    axis.plot(labels, shares, color=SOIL, linewidth=2, marker="o", markersize=6)
    entitle(axis, f"Intervals that hold ({report.level:.0%} promised)")
    axis.set_ylim(min(0.6, *shares) - 0.05, 1.03)
    axis.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axis.margins(x=0.08)
