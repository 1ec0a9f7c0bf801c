"""Figures of soils one by one: agreement, residuals and spectra."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from trainer.evaluation.agreement_panel import (
    AgreementPanel,
    draw_agreement,
    every_so_many,
    shared_limits,
)
from trainer.evaluation.judged_soils import JudgedSoils
from trainer.evaluation.spectra_figure import SpectraGroup, spectra_figure
from trainer.figure_style import (
    ALARM,
    FAINT,
    INK,
    SOIL,
    as_svg,
    entitle,
    panel_rows,
    panels,
)
from trainer.library.spectral_library import SpectralLibrary

MOST_PANELS = 6
RUNS_OF_OBSERVED = 8
MOST_FOR_QUANTILES = 2000
"""More soils move a median by less than a line is thick."""


def agreement_figure(judged: Sequence[JudgedSoils], column: int, unit: str) -> str:
    """Draw predicted against observed for the methods given, first seed."""
    shown = [_panel(one, column) for one in judged[:MOST_PANELS]]
    figure, axes = panel_rows(len(shown), 3, 10.4, 4.1)
    limits = shared_limits(shown)
    for axis, panel in zip(axes, shown, strict=True):
        draw_agreement(axis, panel, limits)
        axis.set_xlabel(f"laboratory, {unit}")
        axis.set_ylabel(f"predicted, {unit}")
    return as_svg(figure, "predicted against observed, one panel a method")


def residual_figure(judged: JudgedSoils, column: int, unit: str) -> str:
    """Draw the residuals of one method against observed, predicted and as counts."""
    figure, axes = panels(3, 10.4, 3.3)
    known = np.isfinite(judged.observed[:, column])
    observed = judged.observed[known, column]
    predicted = judged.predicted[known, column]
    residual = predicted - observed
    _draw_residuals(axes[0], observed, residual)
    axes[0].set_xlabel(f"laboratory, {unit}")
    _draw_residuals(axes[1], predicted, residual)
    axes[1].set_xlabel(f"predicted, {unit}")
    axes[0].set_ylabel(f"predicted less laboratory, {unit}")
    _draw_histogram(axes[2], residual)
    axes[2].set_xlabel(f"predicted less laboratory, {unit}")
    titles = ("Against the laboratory", "Against the prediction", "How often")
    for axis, title in zip(axes, titles, strict=True):
        entitle(axis, title)
    return as_svg(figure, f"residuals of {judged.method}")


def library_figure(library: SpectralLibrary) -> str:
    """Draw the library's spectra, with their median and middle nine tenths."""
    some = library.spectra[:: max(1, len(library.soils) // MOST_FOR_QUANTILES)]
    low, middle, high = np.quantile(some, (0.05, 0.5, 0.95), axis=0)
    unit = library.grid.unit
    name = "wavelength, nm" if unit == "nm" else "wavenumber, 1/cm"
    return spectra_figure(
        library.grid.positions(),
        (
            SpectraGroup(f"soils ({len(library.soils)})", library.spectra),
            SpectraGroup("5 % and 95 %", np.stack([low, high]), INK, 0.8, 1.2),
            SpectraGroup("median", middle[np.newaxis], INK, 1.0, 2.2),
        ),
        name,
        "spectra of the library with their median",
    )


def _panel(judged: JudgedSoils, column: int) -> AgreementPanel:
    known = np.isfinite(judged.observed[:, column])
    told, half = judged.predicted[known, column], judged.half_width[known, column]
    return AgreementPanel(
        title=judged.method,
        observed=judged.observed[known, column],
        predicted=told,
        low=told - half,
        high=told + half,
        is_flagged=np.zeros(told.size, dtype=bool),
    )


def _draw_residuals(
    axis: Axes, along: NDArray[np.float64], residual: NDArray[np.float64]
) -> None:
    """Draw residuals with their mean in runs of equally many soils."""
    axis.axhline(0, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
    some = slice(None, None, every_so_many(along.size))
    axis.scatter(along[some], residual[some], s=8, color=SOIL, alpha=0.5, linewidths=0)
    order = np.argsort(along, kind="stable")
    runs = np.array_split(order, min(RUNS_OF_OBSERVED, max(1, along.size // 5)))
    axis.plot(
        [along[run].mean() for run in runs],
        [residual[run].mean() for run in runs],
        color=ALARM,
        linewidth=1.8,
        marker="o",
        markersize=4,
    )


def _draw_histogram(axis: Axes, residual: NDArray[np.float64]) -> None:
    reach = float(np.abs(residual).max())
    axis.hist(residual, bins=np.linspace(-reach, reach, 31).tolist(), color=SOIL)
    axis.axvline(0, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
    axis.axvline(float(residual.mean()), color=ALARM, linewidth=1.8)
    axis.set_ylabel("soils")
