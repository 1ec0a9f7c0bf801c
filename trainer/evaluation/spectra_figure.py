"""Spectra as lines, group over group, as fractions of a white reference.

Only what can be reflectance is drawn: one scan in percent would flatten all others to
a line along the bottom.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from trainer.figure_style import SOIL, as_svg, panels

Spectra = NDArray[np.floating]

DRAWN_UP_TO = 1.05
"""A little above a white reference."""

MOST_SPECTRA = 150
"""More lines than this only thicken the page."""


@dataclass(frozen=True, eq=False)
class SpectraGroup:
    """Spectra drawn alike.

    Attributes:
        name: What the legend calls them.
        reflectance: One row a scan.
        colour: Of their lines.
        strength: How opaque their lines are.
        thickness: Of their lines, in points.
    """

    name: str
    reflectance: Spectra
    colour: str = SOIL
    strength: float = 0.28
    thickness: float = 0.7


def spectra_figure(
    positions: NDArray[np.float64],
    groups: Sequence[SpectraGroup],
    axis_title: str,
    meaning: str,
) -> str:
    """Draw the groups, later ones on top, each thinned to what a page can show."""
    figure, (axis,) = panels(1, 10.4, 3.9)
    for group in groups:
        _draw_group(axis, positions, group)
    axis.set_xlabel(axis_title)
    axis.set_ylabel("reflectance")
    axis.set_ylim(0, _top(groups))
    axis.margins(x=0)
    axis.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=3)
    return as_svg(figure, meaning)


def scans_out_of_sight(reflectance: Spectra) -> int:
    """Return how many scans have no band within what is drawn."""
    return int((~_is_drawn(reflectance)).all(axis=1).sum())


def _draw_group(
    axis: Axes, positions: NDArray[np.float64], group: SpectraGroup
) -> None:
    step = max(1, -(-len(group.reflectance) // MOST_SPECTRA))
    for place, scan in enumerate(group.reflectance[::step]):
        axis.plot(
            positions,
            np.where(_is_drawn(scan), scan, np.nan),
            color=group.colour,
            alpha=group.strength,
            linewidth=group.thickness,
            label=group.name if place == 0 else None,
        )


def _is_drawn(reflectance: Spectra) -> NDArray[np.bool_]:
    return np.asarray((reflectance >= 0) & (reflectance <= DRAWN_UP_TO))


def _top(groups: Sequence[SpectraGroup]) -> float:
    shown = [one.reflectance[_is_drawn(one.reflectance)] for one in groups]
    highest = max((float(one.max()) for one in shown if one.size), default=1.0)
    return min(DRAWN_UP_TO, 1.05 * highest)
