"""One scan in percent does not flatten all others."""

import re

import numpy as np

from trainer.evaluation.spectra_figure import (
    SpectraGroup,
    scans_out_of_sight,
    spectra_figure,
)

NM = np.linspace(400, 2400, 20)
SOIL = np.full((3, 20), 0.3)
PERCENT = np.full((1, 20), 30.0)


def drawn(*groups: SpectraGroup) -> str:
    return spectra_figure(NM, groups, "wavelength, nm", "scans")


def heights(drawing: str) -> list[str]:
    """Return the numbers along the upright axis."""
    return re.findall(r">(0\.\d+|1\.0|\d+)</text>", drawing)


def test_a_scan_in_percent_leaves_the_axis_as_it_was() -> None:
    alone = drawn(SpectraGroup("soil", SOIL))

    beside = drawn(SpectraGroup("soil", SOIL), SpectraGroup("odd", PERCENT))

    assert heights(beside) == heights(alone)


def test_a_scan_wholly_out_of_sight_is_counted() -> None:
    half_seen = np.where(NM < 1000, 0.5, 50.0)[np.newaxis]

    assert scans_out_of_sight(np.vstack([SOIL, PERCENT, half_seen])) == 1


def test_a_white_panel_is_within_sight() -> None:
    assert scans_out_of_sight(np.full((1, 20), 1.0)) == 0
