"""Made imagery is the same for the same seed, and has what makes real imagery hard."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import rasterio

from trainer.crops.made_imagery.made_imagery import MadeOrder, write_made_imagery
from trainer.crops.made_imagery.made_seasons import MADE_CROPS
from trainer.crops.preparation.class_definition import cropland_data_layer

SMALL = MadeOrder(boxes=2, side=12, years=(2021, 2022), days=range(100, 180))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("made")
    write_made_imagery(into, SMALL)
    return into


def test_the_same_seed_makes_the_same_imagery(folder: Path, tmp_path: Path) -> None:
    write_made_imagery(tmp_path, SMALL)

    once, again = (pq.read_table(one / "observations") for one in (folder, tmp_path))
    assert once.equals(again)


def test_another_seed_makes_other_fields(folder: Path, tmp_path: Path) -> None:
    write_made_imagery(tmp_path, MadeOrder(boxes=2, side=12, years=(2021,), seed=1))

    with (
        rasterio.open(folder / "labels-2021.tif") as one,
        rasterio.open(tmp_path / "labels-2021.tif") as other,
    ):
        assert (one.read(1) != other.read(1)).any()


def test_it_counts_what_it_wrote(tmp_path: Path) -> None:
    made = write_made_imagery(tmp_path, SMALL)

    table = pq.read_table(made.observations)
    assert made.rows == table.num_rows
    assert made.places == len(table["place"].unique()) == 2 * 12 * 12


def test_clouds_shadows_and_clear_sky_are_all_there(folder: Path) -> None:
    scenes = pq.read_table(folder / "observations", columns=["SCL"])["SCL"]

    assert {3, 4, 5, 8, 9, 10} <= set(scenes.to_pylist())


def test_numbers_since_2022_carry_the_offset(folder: Path) -> None:
    columns = ["B12", "SCL"]
    lows = []
    for year in (2021, 2022):
        below = folder / "observations" / "box=made-000" / f"year={year}"
        table = pq.read_table(below, columns=columns, partitioning=None)
        clear = np.isin(table["SCL"].to_numpy(), (4, 5, 6))
        lows.append(int(table["B12"].to_numpy()[clear].min()))

    assert lows[0] < 1000 <= lows[1]


def test_all_crops_have_a_name_in_the_legend() -> None:
    legend = cropland_data_layer()

    assert set(MADE_CROPS) <= set(legend.crops | legend.land)
