"""A library on disk is the library in memory, and any tool can read it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.trainer.localisation.made_soils import CARBON, CLAY, made_library
from trainer.errors import LibraryError
from trainer.library.parquet_table import read_library, write_library


def test_a_library_comes_back_as_it_was(tmp_path: Path) -> None:
    library = replace(made_library(targets=(CARBON, CLAY)), remarks=("a remark",))
    library.values[3, 1] = np.nan

    write_library(library, tmp_path / "library.parquet")
    found = read_library(tmp_path / "library.parquet")

    assert found.digest == library.digest
    assert found.remarks == ("a remark",)
    assert np.isnan(found.values[3, 1])


def test_columns_have_their_ossl_names(tmp_path: Path) -> None:
    write_library(made_library(), tmp_path / "library.parquet")

    names = pq.read_schema(tmp_path / "library.parquet").names

    assert names[:4] == ["id.sample", "farm", CARBON, "scan_visnir.420_ref"]


def test_a_bare_table_is_refused_with_the_next_step(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id.sample": ["a"]}), tmp_path / "bare.parquet")

    with pytest.raises(LibraryError, match="terroir library import"):
        read_library(tmp_path / "bare.parquet")


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "library.parquet").write_bytes(b"not a table")

    with pytest.raises(LibraryError, match="expected a library"):
        read_library(tmp_path / "library.parquet")


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "library.parquet"
    write_library(made_library(), path)
    pq.write_table(pq.read_table(path).drop_columns(["scan_visnir.440_ref"]), path)

    with pytest.raises(LibraryError, match=r"scan_visnir\.440_ref missing"):
        read_library(path)
