"""Axes are turned upwards, told by where they lie, and refused where they turn back."""

import numpy as np
import pytest

from protocols.instrument_files.instrument_scan import AxisUnit
from trainer.errors import LibraryError
from trainer.library.recognition.spectral_axis import recognise_axis


@pytest.mark.parametrize(
    ("first", "last", "unit"),
    [(350, 2500, "nm"), (7500, 400, "cm-1"), (0.35, 2.5, "um"), (4000, 600, "cm-1")],
)
def test_the_unit_is_told_by_where_the_axis_lies(
    first: float, last: float, unit: AxisUnit
) -> None:
    axis = recognise_axis(np.linspace(first, last, 200))

    assert f" {unit}, " in axis.finding.verdict
    assert (np.diff(axis.positions) > 0).all()


def test_micrometres_become_nanometres() -> None:
    axis = recognise_axis(np.linspace(0.35, 2.5, 200))

    assert axis.unit == "nm"
    assert axis.positions[0] == pytest.approx(350)


def test_a_descending_axis_is_turned_and_said_so() -> None:
    axis = recognise_axis(np.arange(2500.0, 349.0, -1.0))

    assert axis.order[0] == 2150
    assert axis.positions[0] == 350
    assert "descending" in axis.finding.verdict


def test_uneven_steps_are_said_and_get_an_even_grid_within_reach() -> None:
    positions = np.concatenate([np.arange(400.0, 1000, 2), np.arange(1000.0, 2400, 7)])

    axis = recognise_axis(positions)

    assert "uneven steps of 2 to 7" in axis.finding.verdict
    assert axis.own_grid().step == 2
    assert axis.own_grid().last <= positions[-1]


def test_the_own_grid_of_an_even_axis_is_the_axis() -> None:
    grid = recognise_axis(np.arange(400.0, 2499.75, 0.5)).own_grid()

    assert (grid.first, grid.step, grid.bands) == (400.0, 0.5, 4200)


def test_an_axis_that_could_be_either_is_refused() -> None:
    positions = np.linspace(1802.33, 648.71, 600)

    with pytest.raises(LibraryError, match="could be either"):
        recognise_axis(positions)


def test_a_stated_unit_decides() -> None:
    assert recognise_axis(np.linspace(1802.33, 648.71, 600), "cm-1").unit == "cm-1"


@pytest.mark.parametrize(
    ("positions", "evidence"),
    [
        ([400, 500, 490, 600], "turning back 1 times"),
        ([400, 500, 500, 600], "1 repeated"),
        ([0, 10, 20], "above 0"),
        ([400], "found 1"),
    ],
)
def test_an_axis_that_makes_no_sense_is_refused(
    positions: list[float], evidence: str
) -> None:
    with pytest.raises(LibraryError, match=evidence):
        recognise_axis(np.array(positions, dtype=np.float64))
