"""What a selection does to a library: its soils before, those kept, and the farm's.

Above, marginal distributions: of the property and of the spectra's first two principal
components. Below, conditional ones: the property given a component, as means of soils
of like scores; and the scores themselves. A selection that helps moves the library's
lines onto the farm's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from trainer.figure_style import FAINT, INK, LEAF, SOIL, STYLE, entitle, panel_rows
from trainer.library.principal_scores import principal_scores

Array = NDArray[np.float64]
Spectra = NDArray[np.float32]
Rows = NDArray[np.intp]

LIBRARY_COLOUR = "#8d857c"
POINTS_ON_CURVE = 240
MOST_POINTS_DRAWN = 4_000
MOST_SOILS_FOR_CURVE = 5_000
FEWEST_IN_BIN = 8
MOST_BINS = 8
MOST_SHOWN_ONE_BY_ONE = 60
HEADROOM = 1.28
"""Of a density's panel, for the words above its curves."""

TAIL = 0.005
"""What of the library lies beyond the drawn range on either side."""


@dataclass(frozen=True, eq=False)
class DrawnSoils:
    """A library, which of it is kept, and a farm.

    Attributes:
        spectra: Of the library, reflectance or whatever the search saw.
        values: Of the property in the library, NaN where there is none.
        kept: Rows of the library that are kept.
        farm_spectra: Of the farm, alike.
        farm_values: NaN where there is no label.
        property_name: As axes name it, with its unit.
    """

    spectra: Spectra
    values: Array
    kept: Rows
    farm_spectra: Spectra
    farm_values: Array
    property_name: str


@dataclass(frozen=True, eq=False)
class _Group:
    """Soils that are drawn alike."""

    name: str
    colour: str
    scores: Array
    values: Array


def selection_figure(soils: DrawnSoils) -> Figure:
    """Draw marginal and conditional distributions before and after the selection."""
    groups = _groups(soils)
    figure, axes = panel_rows(6, 3, 12.5, 3.7)
    with style.context(STYLE):
        values = [one.values[np.isfinite(one.values)] for one in groups]
        _draw_densities(axes[0], groups, values, soils.property_name)
        entitle(axes[0], "The property")
        for component in (0, 1):
            scores = [one.scores[:, component] for one in groups]
            name = f"principal component {component + 1}"
            _draw_densities(axes[1 + component], groups, scores, name)
            entitle(axes[1 + component], name.capitalize())
            _draw_conditional(axes[3 + component], groups, component)
            axes[3 + component].set_ylabel(soils.property_name)
            entitle(
                axes[3 + component], f"The property given component {component + 1}"
            )
        _draw_scores(axes[5], groups)
        entitle(axes[5], "Where the soils lie")
        _add_legend(figure, groups)
    return figure


def _add_legend(figure: Figure, groups: Sequence[_Group]) -> None:
    handles = [
        Line2D([], [], color=one.colour, lw=2.2, marker="o", label=one.name)
        for one in groups
    ]
    figure.legend(
        handles=handles,
        loc="outside upper center",
        ncols=3,
        fontsize=11,
        frameon=False,
    )
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(h_pad=0.1, w_pad=0.1)


def _groups(soils: DrawnSoils) -> list[_Group]:
    """Return library, kept soils and farm with scores on common components."""
    together = np.concatenate([soils.spectra, soils.farm_spectra])
    scores = principal_scores(together, 2)
    scores /= scores.std(axis=0)
    library, farm = scores[: len(soils.spectra)], scores[len(soils.spectra) :]
    count, kept, local = len(library), len(soils.kept), len(farm)
    chosen = (library[soils.kept], soils.values[soils.kept])
    return [
        _Group(f"library, {count:,} soils", LIBRARY_COLOUR, library, soils.values),
        _Group(f"kept of it, {kept:,}", SOIL, *chosen),
        _Group(f"farm, {local:,}", LEAF, farm, soils.farm_values),
    ]


def _draw_densities(
    axis: Axes, groups: Sequence[_Group], numbers: Sequence[Array], name: str
) -> None:
    low, high = _range_of(numbers)
    at = np.linspace(low, high, POINTS_ON_CURVE)
    for group, found in zip(groups, numbers, strict=True):
        if len(found) < FEWEST_IN_BIN:
            continue
        curve = _density(found, at)
        axis.fill_between(at, curve, color=group.colour, alpha=0.16, lw=0)
        axis.plot(at, curve, color=group.colour, lw=1.8)
    axis.set_xlabel(name)
    axis.set_ylabel("density")
    axis.set_yticks([])
    axis.set_xlim(low, high)
    axis.set_ylim(0, HEADROOM * axis.dataLim.y1)
    _tell_distance(axis, numbers)


def _tell_distance(axis: Axes, numbers: Sequence[Array]) -> None:
    library, kept, farm = numbers
    if min(map(len, numbers)) < FEWEST_IN_BIN:
        return
    before, after = _distance(library, farm), _distance(kept, farm)
    axis.text(
        0.99,
        0.98,
        f"distance to the farm's: {before:.2f} before, {after:.2f} after",
        transform=axis.transAxes,
        ha="right",
        va="top",
        fontsize=8.5,
        color=FAINT,
    )


def _distance(one: Array, other: Array) -> float:
    """Return Kolmogorov and Smirnov's: 0 where distributions are one, at most 1."""
    at = np.sort(np.concatenate([one, other]))
    shares = [
        np.searchsorted(np.sort(each), at, side="right") / len(each)
        for each in (one, other)
    ]
    return float(np.abs(shares[0] - shares[1]).max())


def _range_of(numbers: Sequence[Array]) -> tuple[float, float]:
    library, *others = numbers
    every = np.concatenate([np.quantile(library, [TAIL, 1 - TAIL]), *others])
    margin = 0.04 * float(np.ptp(every))
    return float(every.min()) - margin, float(every.max()) + margin


def _density(numbers: Array, at: Array) -> Array:
    """Return a smoothed histogram; its width is Silverman's rule."""
    used = numbers[:: max(1, -(-len(numbers) // MOST_SOILS_FOR_CURVE))]
    middle = float(np.subtract(*np.quantile(used, [0.75, 0.25]))) / 1.34
    spread = min(float(used.std()), middle) or float(used.std()) or 1.0
    width = 0.9 * spread * len(used) ** -0.2
    bells = np.exp(-0.5 * ((at[:, np.newaxis] - used) / width) ** 2)
    density: Array = bells.sum(axis=1) / (len(used) * width * np.sqrt(2 * np.pi))
    return density


def _draw_conditional(axis: Axes, groups: Sequence[_Group], component: int) -> None:
    for group in groups:
        known = np.isfinite(group.values)
        scores, values = group.scores[known, component], group.values[known]
        if len(values) <= MOST_SHOWN_ONE_BY_ONE:
            axis.plot(scores, values, "o", color=group.colour, ms=3, alpha=0.45)
        bins = min(MOST_BINS, len(values) // FEWEST_IN_BIN)
        if bins < 2:  # noqa: PLR2004 - a line needs two ends
            continue
        parts = np.array_split(np.argsort(scores, kind="stable"), bins)
        at = np.array([scores[part].mean() for part in parts])
        means = np.array([values[part].mean() for part in parts])
        errors = np.array([_standard_error(values[part]) for part in parts])
        band = (means - 2 * errors, means + 2 * errors)
        axis.fill_between(at, *band, color=group.colour, alpha=0.16, lw=0)
        axis.plot(at, means, "o-", color=group.colour, lw=1.6, ms=3.5)
    axis.set_xlabel(f"principal component {component + 1}")
    axis.set_xlim(*_range_of([one.scores[:, component] for one in groups]))


def _standard_error(values: Array) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0


def _draw_scores(axis: Axes, groups: Sequence[_Group]) -> None:
    for group, size, strength in zip(groups, (5, 9, 26), (0.35, 0.6, 1.0), strict=True):
        drawn = group.scores[:: max(1, -(-len(group.scores) // MOST_POINTS_DRAWN))]
        axis.scatter(
            drawn[:, 0],
            drawn[:, 1],
            s=size,
            color=group.colour,
            alpha=strength,
            linewidths=0.6 if strength == 1 else 0,
            edgecolors=INK,
        )
    axis.set_xlabel("principal component 1")
    axis.set_ylabel("principal component 2")
    axis.set_xlim(*_range_of([one.scores[:, 0] for one in groups]))
    axis.set_ylim(*_range_of([one.scores[:, 1] for one in groups]))
