"""Predicted against observed, with the line on which both agree."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from trainer.evaluation.agreement import agreement
from trainer.figure_style import ALARM, FAINT, SOIL, entitle

Array = NDArray[np.float64]
MANY_DOTS = 400
MOST_DOTS = 2000
"""A page with more is slow to open and shows nothing else."""


@dataclass(frozen=True, eq=False)
class AgreementPanel:
    """What one panel shows, one entry a soil with a laboratory value.

    Attributes:
        title: What it is of.
        observed: What the laboratory found.
        predicted: What the model said.
        low: Lower ends of the intervals, NaN where there is none.
        high: Upper ends, alike.
        is_flagged: Which soils the model called foreign.
    """

    title: str
    observed: Array
    predicted: Array
    low: Array
    high: Array
    is_flagged: NDArray[np.bool_]


def shared_limits(panels: list[AgreementPanel]) -> tuple[float, float]:
    """Return the range of values of all panels; wide intervals may leave it."""
    values = np.concatenate([[*one.observed, *one.predicted] for one in panels])
    margin = 0.06 * float(np.ptp(values))
    return float(values.min()) - margin, float(values.max()) + margin


def draw_agreement(
    axis: Axes, panel: AgreementPanel, limits: tuple[float, float]
) -> None:
    """Draw dots, intervals, the 1:1 line; above it the three figures that say most."""
    axis.plot(limits, limits, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
    shown = _thinned(panel)
    _draw_intervals(axis, shown)
    _draw_dots(axis, shown)
    entitle(axis, panel.title, room_below=20)
    figures = agreement(panel.observed, panel.predicted)
    axis.annotate(
        f"RMSE {figures.rmse:#.3g} · R² {_share(figures.r2)} · "
        f"CCC {_share(figures.ccc)}",
        (0, 1),
        (0, 5),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=9,
    )
    axis.set_xlim(limits)
    axis.set_ylim(limits)
    axis.set_aspect("equal")


def every_so_many(soils: int) -> int:
    """Return of how many soils one is drawn."""
    return -(-soils // MOST_DOTS) or 1


def _thinned(panel: AgreementPanel) -> AgreementPanel:
    some = slice(None, None, every_so_many(panel.observed.size))
    return AgreementPanel(
        title=panel.title,
        observed=panel.observed[some],
        predicted=panel.predicted[some],
        low=panel.low[some],
        high=panel.high[some],
        is_flagged=panel.is_flagged[some],
    )


def _share(share: float) -> str:
    """Return two digits, and no minus before nothing."""
    return f"{round(share, 2) + 0.0:.2f}"


def _draw_intervals(axis: Axes, panel: AgreementPanel) -> None:
    drawn = np.isfinite(panel.low) & np.isfinite(panel.high)
    if drawn.any():
        axis.vlines(
            panel.observed[drawn],
            panel.low[drawn],
            panel.high[drawn],
            color=SOIL,
            alpha=_strength(int(drawn.sum())),
            linewidth=1.1,
        )


def _draw_dots(axis: Axes, panel: AgreementPanel) -> None:
    known, odd = ~panel.is_flagged, panel.is_flagged
    many = panel.observed.size > MANY_DOTS
    axis.scatter(
        panel.observed[known],
        panel.predicted[known],
        s=7 if many else 16,
        color=SOIL,
        alpha=0.5 if many else 0.85,
        linewidths=0,
    )
    if odd.any():
        axis.scatter(
            panel.observed[odd],
            panel.predicted[odd],
            s=26,
            facecolors="white",
            edgecolors=ALARM,
            linewidths=1.3,
        )


def _strength(soils: int) -> float:
    """Return how dark an interval is drawn, so that many do not become a wall."""
    return float(np.clip(16 / soils, 0.03, 0.3))
