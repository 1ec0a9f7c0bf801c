"""Every table or library of a folder is a farm, under a name that packages allow."""

import re
from pathlib import Path, PurePath

import pytest

from protocols.identifiers import NAME_PATTERN
from tests.trainer.localisation.made_soils import made_library
from trainer.errors import WorkspaceError
from trainer.fleet.farm_sources import digest_of_source, farm_name, farms_of
from trainer.library.parquet_table import write_library


def touch(folder: Path, *places: str) -> None:
    for place in places:
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(place)


def test_tables_at_any_depth_are_farms_and_other_files_are_none(tmp_path: Path) -> None:
    touch(tmp_path, "a.csv", "north/b.csv", "north/read.me", ".hidden/c.csv", "d.xlsx")

    found = farms_of(tmp_path)

    assert {one.place: one.farm for one in found} == {
        "a.csv": "a",
        "north/b.csv": "north-b",
    }


def test_a_library_is_one_farm_whatever_lies_in_it(tmp_path: Path) -> None:
    touch(tmp_path, "home/manifest.json", "home/part.parquet")
    write_library(made_library(2, 4), tmp_path / "field.parquet")

    assert {one.farm for one in farms_of(tmp_path)} == {"home", "field"}


def test_farms_that_would_share_a_name_are_told_apart(tmp_path: Path) -> None:
    touch(tmp_path, "a-b.csv", "a/b.csv", "A b.csv")

    names = [one.farm for one in farms_of(tmp_path)]

    assert len(set(names)) == 3
    assert all(name.startswith("a-b-") for name in names)


@pytest.mark.parametrize(
    "place", ["Field 1.csv", "ä.csv", "a-very-long-name-of-a-farm/of-somebody.csv", "x"]
)
def test_every_name_is_one_that_packages_allow(place: str) -> None:
    assert re.fullmatch(NAME_PATTERN, farm_name(PurePath(place)))


def test_smaller_tables_come_first(tmp_path: Path) -> None:
    touch(tmp_path, "a-long-name-is-its-content.csv", "b.csv")

    assert next(one.farm for one in farms_of(tmp_path)) == "b"


def test_the_digest_follows_the_content(tmp_path: Path) -> None:
    touch(tmp_path, "a.csv")
    before = digest_of_source(tmp_path / "a.csv")

    (tmp_path / "a.csv").write_text("other")

    assert digest_of_source(tmp_path / "a.csv") != before


def test_a_folder_without_farms_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="found none"):
        farms_of(tmp_path)
    with pytest.raises(WorkspaceError, match="expected a folder"):
        farms_of(tmp_path / "nowhere")
