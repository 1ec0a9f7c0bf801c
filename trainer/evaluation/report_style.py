"""Colours and axes that all figures of a report share."""

import io

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "#2b2622"
FAINT = "#8d857c"
GRID = "#e8e2d9"
SOIL = "#9a6b3f"
LEAF = "#3f7d4e"
ALARM = "#d1495b"

_RULES = {
    "font.family": "sans-serif",
    "font.size": 10,
    "svg.fonttype": "none",
    "svg.hashsalt": "terroir",
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "text.color": INK,
}


def panels(count: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    """Return a figure with axes side by side."""
    with style.context(_RULES):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = list(figure.subplots(1, count, squeeze=False)[0])
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
        one.grid(color=GRID, linewidth=0.8)
        one.set_axisbelow(True)
    return figure, axes


def entitle(axis: Axes, title: str) -> None:
    """Write what a panel shows above its left end."""
    axis.set_title(title, loc="left", fontsize=11, fontweight="bold", color=INK)


def as_svg(figure: Figure, meaning: str) -> str:
    """Return the figure as SVG to stand inside a page, named for who cannot see it."""
    text = io.StringIO()
    with style.context(_RULES):
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    _, _, drawing = text.getvalue().partition("<svg ")
    return f'<svg role="img" aria-label="{meaning}" {drawing}'
