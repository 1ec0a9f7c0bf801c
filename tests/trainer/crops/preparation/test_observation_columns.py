"""Columns are recognised by their names, and their lack is refused."""

import pytest

from trainer.crops.preparation.observation_columns import recognise_columns
from trainer.errors import LibraryError

PLACED = ("place", "lon", "lat", "date")


def channels(*names: str) -> list[str]:
    """Return what the channels of columns are called."""
    return [one.name for one in recognise_columns((*PLACED, *names)).channels]


def test_bands_have_one_name_whatever_their_source_calls_them() -> None:
    found = channels("B4", "S2-L2A-B08", "s2_b8a", "S1-SIGMA0-VH", "temperature")

    assert found == ["S2-B04", "S2-B08", "S2-B8A", "S1-VH", "temperature"]


def test_what_is_no_channel_is_left_alone() -> None:
    assert channels("B04", "B13", "B00", "blue", "box", "SCL") == ["S2-B04"]


def test_scene_class_and_cloud_are_found_by_any_of_their_names() -> None:
    found = recognise_columns((*PLACED, "B04", "scene_class", "MSK_CLDPRB", "tile"))

    assert found.scene_class == "scene_class"
    assert found.cloud == "MSK_CLDPRB"
    assert found.box == "tile"


def test_lacking_columns_are_named_with_what_was_found() -> None:
    with pytest.raises(LibraryError, match=r"expected longitude, bands .* found place"):
        recognise_columns(("place", "lat", "date"))


def test_two_columns_of_one_band_are_refused() -> None:
    with pytest.raises(LibraryError, match="one column for S2-B04, found B4 and B04"):
        recognise_columns((*PLACED, "B4", "B04"))
