"""Colours and axes that all figures of the trainer share."""

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
SERIES = (SOIL, LEAF, "#3c6e9f", "#8a5a9c", "#c98b2b", "#2f8f8b", "#b4557a", "#5c6b2e")
"""Colours of what is compared, told apart by people who cannot see red from green."""

STYLE = {
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
    return panel_rows(count, count, width, height)


def panel_rows(
    count: int, columns: int, width: float, height: float
) -> tuple[Figure, list[Axes]]:
    """Return a figure with `count` axes in rows of `columns`, each row so high."""
    rows = -(-count // columns)
    with style.context(STYLE):
        figure = Figure(figsize=(width, rows * height), layout="constrained")
        places = list(figure.subplots(rows, columns, squeeze=False).flat)
    for unused in places[count:]:
        unused.set_axis_off()
    for one in places[:count]:
        soften(one)
    return figure, places[:count]


def soften(axis: Axes) -> None:
    """Leave of an axis what a reader needs."""
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(color=GRID, linewidth=0.8)
    axis.set_axisbelow(True)


def entitle(axis: Axes, title: str, room_below: float = 6) -> None:
    """Write what a panel shows above its left end, with room for a line in points."""
    axis.set_title(
        title,
        loc="left",
        fontsize=11,
        fontweight="bold",
        color=INK,
        pad=room_below,
    )


def as_svg(figure: Figure, meaning: str) -> str:
    """Return the figure as SVG to stand inside a page, named for who cannot see it."""
    text = io.StringIO()
    with style.context(STYLE):
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    _, _, drawing = text.getvalue().partition("<svg ")
    return f'<svg role="img" aria-label="{meaning}" {drawing}'
