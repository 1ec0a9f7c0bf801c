"""The figures of the report on a farm's labels."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from trainer.evaluation.agreement_panel import (
    AgreementPanel,
    draw_agreement,
    shared_limits,
)
from trainer.evaluation.loop_report import LoopReport, ScannedSpectra, StageResult
from trainer.evaluation.spectra_figure import SpectraGroup, spectra_figure
from trainer.figure_style import (
    ALARM,
    INK,
    LEAF,
    SOIL,
    as_svg,
    entitle,
    panels,
)


def agreement_figure(report: LoopReport) -> str:
    """Draw predicted against observed for the first and the last model."""
    figure, axes = panels(2, 10.4, 4.9)
    shown = [_panel(stage) for stage in (report.stages[0], report.stages[-1])]
    limits = shared_limits(shown)
    for axis, panel in zip(axes, shown, strict=True):
        draw_agreement(axis, panel, limits)
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


def scans_figure(spectra: ScannedSpectra) -> str:
    """Draw the scans, those that the device did not take for soil on top."""
    odd = spectra.is_flagged
    soils = SpectraGroup(f"soil ({np.sum(~odd)})", spectra.reflectance[~odd])
    flagged = SpectraGroup(
        f"flagged ({np.sum(odd)})",
        spectra.reflectance[odd],
        colour=ALARM,
        strength=0.95,
        thickness=1.2,
    )
    return spectra_figure(
        spectra.wavelengths_nm,
        (soils, flagged),
        "wavelength, nm",
        "all scans, the flagged ones highlighted",
    )


def _panel(stage: StageResult) -> AgreementPanel:
    return AgreementPanel(
        title=_labels(stage.labels),
        observed=stage.observed,
        predicted=stage.predicted,
        low=stage.low,
        high=stage.high,
        is_flagged=stage.is_flagged,
    )


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
