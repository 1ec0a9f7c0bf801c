"""A library in pictures: its spectra, its laboratory values, its places."""

import io
from collections import Counter

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec
from matplotlib.layout_engine import ConstrainedLayoutEngine
from numpy.typing import NDArray

from protocols.units import unit_of
from trainer.figure_style import SERIES, STYLE, entitle, soften
from trainer.library.spectral_library import SpectralLibrary

OTHER_COLOUR = "#b8b0a6"
OTHERS = "other farms"
MOST_TARGETS = 6
MOST_SOILS_DRAWN = 500
MOST_BANDS_DRAWN = 400
BINS = 30
MOST_COLUMNS = 3
SQUARE = 4
TALL = 1.5
ENDS = (0.05, 0.5, 0.95)


def draw_library(library: SpectralLibrary) -> Figure:
    """Return one figure of all that can be drawn."""
    places = _known_places(library)
    shown = _drawn_targets(library)
    small = len(shown) + (places is not None)
    columns = _columns_for(small)
    rows = -(-small // columns)
    spacing = ConstrainedLayoutEngine(h_pad=0.12, w_pad=0.08)
    with style.context(STYLE):
        figure = Figure(figsize=(11, 4.8 + 3.1 * rows), layout=spacing)
        heights = [TALL, *(1.0 for _ in range(rows))]
        layout = figure.add_gridspec(1 + rows, columns, height_ratios=heights)
        _draw_spectra(_panel(figure, layout[0, :]), library)
        cells = [layout[1 + at // columns, at % columns] for at in range(small)]
        for cell, column in zip(cells, shown, strict=False):
            _draw_values(_panel(figure, cell), library, column)
        if places is not None:
            _draw_places(_panel(figure, cells[-1]), library, places)
    return figure


def as_png(figure: Figure) -> bytes:
    """Return the figure as PNG."""
    data = io.BytesIO()
    with style.context(STYLE):
        figure.savefig(data, format="png", dpi=130)
    return data.getvalue()


def _columns_for(panels: int) -> int:
    """Return how many panels stand side by side, so that none stands alone."""
    return SQUARE // 2 if panels == SQUARE else max(1, min(MOST_COLUMNS, panels))


def _panel(figure: Figure, cell: SubplotSpec) -> Axes:
    axis = figure.add_subplot(cell)
    soften(axis)
    return axis


def farm_colours(library: SpectralLibrary) -> dict[str, str]:
    """Return a colour for each of the largest farms; the others share grey."""
    largest = [farm for farm, _ in Counter(library.farms).most_common()]
    kept = largest[: len(SERIES)]
    colours = dict(zip(kept, SERIES, strict=False))
    return colours | ({OTHERS: OTHER_COLOUR} if len(largest) > len(kept) else {})


def _rows_by_farm(library: SpectralLibrary) -> dict[str, NDArray[np.intp]]:
    colours = farm_colours(library)
    named = np.array([one if one in colours else OTHERS for one in library.farms])
    return {farm: np.flatnonzero(named == farm) for farm in colours}


def _draw_spectra(axis: Axes, library: SpectralLibrary) -> None:
    stride = max(1, -(-library.grid.bands // MOST_BANDS_DRAWN))
    positions = library.grid.positions()[::stride]
    colours = farm_colours(library)
    for farm, rows in _rows_by_farm(library).items():
        spread = max(1, -(-len(rows) // MOST_SOILS_DRAWN))
        drawn = library.spectra[rows[::spread]][:, ::stride]
        low, middle, high = np.quantile(drawn, ENDS, axis=0)
        label = f"{farm} ({len(rows)})"
        axis.fill_between(positions, low, high, color=colours[farm], alpha=0.13, lw=0)
        axis.plot(positions, middle, color=colours[farm], lw=1.6, label=label)
    entitle(axis, "Spectra: median and the middle 90 % of each farm")
    axis.set_ylabel("reflectance")
    _label_positions(axis, library)
    axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=9)


def _label_positions(axis: Axes, library: SpectralLibrary) -> None:
    axis.set_xlim(library.grid.first, library.grid.last)
    axis.set_ylim(bottom=0)
    if library.grid.unit == "nm":
        axis.set_xlabel("wavelength, nm")
    else:
        axis.set_xlabel("wavenumber, 1/cm")
        axis.invert_xaxis()


def _drawn_targets(library: SpectralLibrary) -> list[int]:
    """Return the columns with most values."""
    known = np.isfinite(library.values).sum(axis=0)
    order = np.argsort(-known, kind="stable")[:MOST_TARGETS]
    return [int(column) for column in order if known[column]]


def _draw_values(axis: Axes, library: SpectralLibrary, column: int) -> None:
    colours = farm_colours(library)
    found = {
        farm: library.values[rows, column]
        for farm, rows in _rows_by_farm(library).items()
    }
    known = {farm: one[np.isfinite(one)] for farm, one in found.items()}
    axis.hist(
        list(known.values()),
        bins=BINS,
        stacked=True,
        color=[colours[farm] for farm in known],
        alpha=0.85,
    )
    target = library.targets[column]
    count = sum(one.size for one in known.values())
    entitle(axis, f"{target.partition('_')[0]}, {count} soils")
    axis.set_xlabel(f"{target}, {unit_of(target)}")
    axis.set_ylabel("soils")


def _known_places(library: SpectralLibrary) -> NDArray[np.float64] | None:
    if library.places is None or not np.isfinite(library.places).all(axis=1).any():
        return None
    return library.places


def _draw_places(
    axis: Axes, library: SpectralLibrary, places: NDArray[np.float64]
) -> None:
    colours = farm_colours(library)
    for farm, rows in _rows_by_farm(library).items():
        latitude, longitude = places[rows].T
        axis.scatter(longitude, latitude, s=9, alpha=0.6, lw=0, color=colours[farm])
    middle = np.nanmean(places[:, 0])
    axis.set_aspect(1 / max(0.1, float(np.cos(np.deg2rad(middle)))), "datalim")
    entitle(axis, f"Places, {np.isfinite(places).all(axis=1).sum()} soils")
    axis.set_xlabel("longitude, °")
    axis.set_ylabel("latitude, °")
