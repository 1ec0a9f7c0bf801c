"""Tables are read as their makers meant them, or refused."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from protocols.wavelength_grid import resample_rows
from tests.trainer.library.made_tables import (
    AXIS,
    Column,
    lucas_columns,
    made_carbon,
    made_reflectance,
    ossl_columns,
    spectral,
    write_csv,
    write_parquet,
)
from tests.trainer.localisation.made_soils import CARBON, GRID
from trainer.errors import LibraryError
from trainer.library.recognition.soil_properties import ORGANIC_MATTER
from trainer.library.sources.column_map import ColumnMap, MappedTarget, read_column_map
from trainer.library.sources.reading_order import ReadingOrder
from trainer.library.sources.soil_source import SoilBatch
from trainer.library.sources.table_source import TableSource, table_source

SOILS = 30


def whole(source: TableSource) -> SoilBatch:
    (batch,) = source.batches(source.own_grid())
    return batch


def seen() -> NDArray[np.float32]:
    """Return the made scans as the one resampler of device and cloud sees them."""
    return resample_rows(AXIS, made_reflectance(SOILS), GRID)


def read(path: Path, **order: object) -> TableSource:
    return table_source(path, ReadingOrder(**order))  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_an_ossl_table_is_read_by_its_column_names(tmp_path: Path, ending: str) -> None:
    write = write_csv if ending == ".csv" else write_parquet
    path = write(tmp_path / f"ossl{ending}", ossl_columns(SOILS))

    source = read(path)
    batch = whole(source)

    assert source.own_grid() == GRID
    assert source.description.targets == (CARBON,)
    assert batch.soils[:2] == ("s3-0", "s3-1")
    assert batch.farms[:3] == ("SET.0", "SET.1", "SET.2")
    np.testing.assert_allclose(batch.spectra, seen(), rtol=1e-4)
    np.testing.assert_allclose(batch.values[:, 0], made_carbon(SOILS), rtol=1e-9)


def test_a_wide_mid_infrared_table_is_absorbance_over_wavenumbers(
    tmp_path: Path,
) -> None:
    axis = np.linspace(600, 4000, AXIS.size)
    columns = ossl_columns(SOILS) | spectral(
        "scan_mir.{:.0f}_abs", -np.log10(made_reflectance(SOILS)), axis
    )
    path = write_csv(tmp_path / "ossl.csv", columns)

    source = read(path, scan="mir")

    assert source.own_grid().unit == "cm-1"
    np.testing.assert_allclose(
        whole(source).spectra[:, 0], made_reflectance(SOILS)[:, 0], rtol=1e-4
    )


def test_two_kinds_of_spectra_are_refused_until_one_is_chosen(tmp_path: Path) -> None:
    columns = ossl_columns(SOILS) | spectral(
        "scan_mir.{:g}_abs", made_reflectance(SOILS), AXIS + 100
    )

    with pytest.raises(LibraryError, match="choose with --scan"):
        read(write_csv(tmp_path / "ossl.csv", columns))


def test_a_lucas_table_is_absorbance_with_carbon_in_g_per_kg(tmp_path: Path) -> None:
    source = read(write_csv(tmp_path / "lucas.csv", lucas_columns(SOILS)))
    batch = whole(source)

    told = [str(one) for one in source.description.findings]
    assert any("quantity: absorbance" in one for one in told)
    assert any("times 0.1 (the documentation of LUCAS" in one for one in told)
    np.testing.assert_allclose(batch.values[:, 0], made_carbon(SOILS), rtol=1e-9)
    np.testing.assert_allclose(batch.spectra, seen(), rtol=1e-4)
    np.testing.assert_allclose(batch.places[0], (50, 4))


def test_a_column_whose_unit_cannot_be_told_is_refused(tmp_path: Path) -> None:
    columns: dict[str, Column] = {
        "id": [str(row) for row in range(SOILS)],
        "SOC": made_carbon(SOILS),
    }
    path = write_csv(
        tmp_path / "plain.csv", columns | spectral("{:g}", made_reflectance(SOILS))
    )

    with pytest.raises(LibraryError, match="column 'SOC'"):
        read(path)


def test_a_map_says_what_names_do_not(tmp_path: Path) -> None:
    percent = (100 * made_reflectance(SOILS))[:, ::-1]
    columns = {
        "Lab no": [f"L{row}" for row in range(SOILS)],
        "Schlag": ["north"] * SOILS,
        "Corg": np.where(np.arange(SOILS) == 4, -9999, 10 * made_carbon(SOILS)),
        **spectral("band {:g} nm", percent, AXIS[::-1]),
    }
    column_map = ColumnMap(
        sample="Lab no",
        farm="Schlag",
        spectrum=r"^band (\d+) nm$",
        missing=(-9999,),
        targets={"Corg": MappedTarget(CARBON, "g/kg")},
    )

    batch = whole(
        read(write_csv(tmp_path / "t.csv", columns, ";"), column_map=column_map)
    )

    assert batch.farms[0] == "north"
    assert np.isnan(batch.values[4, 0])
    np.testing.assert_allclose(batch.values[0, 0], made_carbon(SOILS)[0])
    np.testing.assert_allclose(batch.spectra, seen(), rtol=1e-4)


def test_decimal_commas_are_read(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", ossl_columns(SOILS), ";")
    header, _, rows = path.read_text(encoding="utf-8").partition("\n")
    path.write_text(header + "\n" + rows.replace("SET.", "SET").replace(".", ","))

    batch = whole(read(path))

    np.testing.assert_allclose(batch.spectra, seen(), rtol=1e-4)


def test_organic_matter_is_kept_apart_and_converted_only_when_told(
    tmp_path: Path,
) -> None:
    columns = ossl_columns(SOILS)
    columns["SOM (%)"] = columns.pop(CARBON)
    path = write_csv(tmp_path / "t.csv", columns)

    apart, converted = read(path), read(path, organic_matter="convert")

    assert apart.description.targets == (ORGANIC_MATTER,)
    assert converted.description.targets == (CARBON,)
    assert converted.description.remarks == (
        "carbon is organic matter divided by 1.724",
    )
    np.testing.assert_allclose(
        whole(converted).values * 1.724, whole(apart).values, rtol=1e-9
    )


def test_gaps_beyond_the_grid_cost_no_soil(tmp_path: Path) -> None:
    columns = ossl_columns(SOILS)
    columns["scan_visnir.420_ref"] = np.full(SOILS, np.nan)
    path = write_parquet(tmp_path / "t.parquet", columns)
    source = read(path)
    grid = type(GRID)(first=460, step=20, bands=90)

    (batch,) = source.batches(grid)

    assert np.isfinite(batch.spectra).all()


def test_an_empty_column_is_left_out_and_said_so(tmp_path: Path) -> None:
    columns = ossl_columns(SOILS) | {"clay (%)": np.full(SOILS, np.nan)}

    source = read(write_csv(tmp_path / "t.csv", columns))

    assert source.description.targets == (CARBON,)
    assert str(source.description.findings[-1]) == (
        "column 'clay (%)': left out (empty)"
    )


def test_two_columns_of_one_property_are_refused(tmp_path: Path) -> None:
    columns = ossl_columns(SOILS) | {"SOC (%)": made_carbon(SOILS)}

    with pytest.raises(LibraryError, match="choose one in a map"):
        read(write_csv(tmp_path / "t.csv", columns))


def test_a_text_among_numbers_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", ossl_columns(SOILS))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"{made_carbon(SOILS)[0]:.4f}"[:5], "<0.1", 1))

    with pytest.raises(LibraryError, match="expected a table of texts and numbers"):
        read(path)


@pytest.mark.parametrize(
    ("without", "evidence"),
    [("id.layer_uuid_txt", "sample ids"), ("scan", "columns of spectra")],
)
def test_a_table_that_lacks_a_part_is_refused(
    tmp_path: Path, without: str, evidence: str
) -> None:
    columns = {
        name: column
        for name, column in ossl_columns(SOILS).items()
        if not name.startswith(without)
    }

    with pytest.raises(LibraryError, match=evidence):
        read(write_csv(tmp_path / "t.csv", columns))


def test_the_same_file_read_otherwise_is_another_source(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", ossl_columns(SOILS))

    first, again, other = read(path), read(path), read(path, licence="MIT")

    assert first.description.digest == again.description.digest
    assert first.description.digest != other.description.digest


def test_a_map_with_an_unknown_word_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text('sampel = "x"\n', encoding="utf-8")

    with pytest.raises(LibraryError, match="sampel"):
        read_column_map(path)


def test_a_map_that_names_no_column_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", ossl_columns(SOILS))

    with pytest.raises(LibraryError, match="'Lab no', as the map says"):
        read(path, column_map=ColumnMap(sample="Lab no"))
