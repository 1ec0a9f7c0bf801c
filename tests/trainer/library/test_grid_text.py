"""A grid is written as people say it, and refused where it does not add up."""

import pytest

from protocols.wavelength_grid import WavelengthGrid
from trainer.errors import LibraryError
from trainer.library.grid_text import parse_grid


@pytest.mark.parametrize(
    ("text", "grid"),
    [
        ("420:2450:10", WavelengthGrid(first=420, step=10, bands=204)),
        ("400:2499.5:0.5", WavelengthGrid(first=400, step=0.5, bands=4200)),
        (
            "600:4000:2:cm-1",
            WavelengthGrid(first=600, step=2, bands=1701, unit="cm-1"),
        ),
    ],
)
def test_first_last_and_step_make_a_grid(text: str, grid: WavelengthGrid) -> None:
    assert parse_grid(text) == grid


@pytest.mark.parametrize(
    "text", ["420-2450", "420:2450:9", "2450:420:10", "420:2450:0", "1.2.3:5:1"]
)
def test_what_is_no_grid_is_refused(text: str) -> None:
    with pytest.raises(LibraryError, match="expected"):
        parse_grid(text)
