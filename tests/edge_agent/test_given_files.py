"""Files that somebody names: one scan, or a table of many; and what is refused."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.errors import ScanRefusedError
from edge_agent.instruments import scan_table
from edge_agent.instruments.given_files import RefusedScan, scans_in
from edge_agent.instruments.scan_file import ScanFile
from protocols.identifiers import checked_sample_id
from tests.simulators.scan_files import scan_csv

VISNIR = "scan_visnir.400_ref,scan_visnir.402_ref,scan_visnir.404_ref"
MIR = "scan_mir.600_abs,scan_mir.602_abs,scan_mir.604_abs"


def table(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def whole(found: ScanFile | RefusedScan) -> ScanFile:
    assert isinstance(found, ScanFile)
    return found


def test_scan_file_gives_its_one_scan(tmp_path: Path) -> None:
    path = tmp_path / "A12.csv"
    path.write_bytes(scan_csv("A12"))

    (scan,) = scans_in(path)

    assert whole(scan).sample == "A12"


def test_table_gives_a_scan_a_row(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        f"id.sample_local_c,oc_usda.c729_w.pct,{VISNIR}",
        "icr042.1,1.5,0.1,0.2,0.3",
        '"field 7, top",,0.2,0.3,0.4',
    )

    first, second = map(whole, scans_in(path))

    assert (first.sample, second.sample) == ("icr042.1", "field-7-top")
    assert first.spectrum.wavelengths_nm.tolist() == [400, 402, 404]
    assert first.spectrum.reflectance.tolist() == pytest.approx([0.1, 0.2, 0.3])


def test_absorbance_that_columns_name_becomes_reflectance_exactly(
    tmp_path: Path,
) -> None:
    path = table(tmp_path, f"id.layer_uuid_txt,{MIR}", "a,1,2,0.5")

    (scan,) = map(whole, scans_in(path))

    np.testing.assert_allclose(
        scan.spectrum.wavelengths_nm, [1e7 / 604, 1e7 / 602, 1e7 / 600]
    )
    np.testing.assert_allclose(
        scan.spectrum.reflectance, [10**-0.5, 0.01, 0.1], rtol=1e-6
    )


@pytest.mark.parametrize(
    ("heading", "sample"),
    [
        ("sample,id.sample_local_c", "s2"),
        ("id.layer_local_c,sample", "s1"),
        ("sample,remark", "s1"),
        ("remark,farm", "row-1"),
    ],
)
def test_sample_is_named_by_the_best_column_there_is(
    tmp_path: Path, heading: str, sample: str
) -> None:
    path = table(tmp_path, f"{heading},{VISNIR}", "s1,s2,0.1,0.2,0.3")

    (scan,) = scans_in(path)

    assert scan.sample == sample


def test_columns_in_any_order_are_sorted(tmp_path: Path) -> None:
    bands = "scan_visnir.404_ref,sample,scan_visnir.400_ref,scan_visnir.402_ref"
    path = table(tmp_path, bands, "0.3,a,0.1,0.2")

    (scan,) = map(whole, scans_in(path))

    assert scan.spectrum.reflectance.tolist() == pytest.approx([0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("b,0.1,,0.3", "found ''"),
        ("b,0.1,NA,0.3", "found 'NA'"),
        ("b,,,", "found none"),
        ("b,0.1,0.2", "found 3 columns"),
    ],
)
def test_row_that_cannot_be_read_stops_no_other(
    tmp_path: Path, row: str, reason: str
) -> None:
    path = table(tmp_path, f"sample,{VISNIR}", "a,1,2,3", row, "", "c,1,2,3")

    first, bad, last = scans_in(path)

    assert (first.sample, bad.sample, last.sample) == ("a", "b", "c")
    assert isinstance(bad, RefusedScan)
    assert reason in bad.reason


@pytest.mark.parametrize(
    ("heading", "reason"),
    [
        (f"{VISNIR},{MIR}", "one kind of scans"),
        ("scan_visnir.400_abs,scan_visnir.402_abs", "one kind of scans"),
        ("scan_visnir.400_ref,scan_visnir.400_ref", "ascending"),
        ("sample,scan_visnir.400_ref", "bands, found 1"),
        ("scan_mir.0_abs,scan_mir.2_abs", "above 0 nm"),
    ],
)
def test_table_that_is_not_plain_is_refused(
    tmp_path: Path, heading: str, reason: str
) -> None:
    with pytest.raises(ScanRefusedError, match=reason):
        list(scans_in(table(tmp_path, heading, "1,2,3")))


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path, f"sample,{VISNIR}")
    path.write_bytes(path.read_bytes() + b"\xff\xfe,1,2,3\n")

    with pytest.raises(ScanRefusedError, match="expected a table of scans"):
        list(scans_in(path))


def test_line_that_never_ends_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_table, "LONGEST_LINE", 100)
    path = table(tmp_path, f"sample,{VISNIR}", "1" * 200)

    with pytest.raises(ScanRefusedError, match="at most 100 characters"):
        list(scans_in(path))


@pytest.mark.parametrize("name", ["none.csv", "none.asd", "."])
def test_file_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ScanRefusedError, match="expected a file of scans at"):
        list(scans_in(tmp_path / name))


def test_long_table_is_read_in_little_memory(tmp_path: Path) -> None:
    bands = ",".join(f"scan_visnir.{nm}_ref" for nm in range(400, 700))
    row = ",".join("0.25" for _ in range(300))
    path = table(tmp_path, bands, *[row] * 3000)

    tracemalloc.start()
    count = sum(1 for _ in scans_in(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 3000
    assert peak < path.stat().st_size / 4


@given(text=st.text(max_size=300))
def test_any_row_gives_scans_or_a_refusal(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("tables") / "table.csv"
    path.write_text(f"sample,{MIR}\n{text}", encoding="utf-8", errors="replace")

    try:
        found = list(scans_in(path))
    except ScanRefusedError:
        return
    assert all(checked_sample_id(one.sample) for one in found)


@given(data=st.binary(max_size=300), size=st.sampled_from([1, 500]))
def test_any_file_gives_scans_or_a_refusal(
    data: bytes, size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("files") / "file.csv"
    path.write_bytes(data * size)

    try:
        found = list(scans_in(path))
    except ScanRefusedError:
        return
    assert all(checked_sample_id(one.sample) for one in found)


def test_file_of_one_endless_field_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"4" * 200_000)

    with pytest.raises(ScanRefusedError, match="two columns"):
        list(scans_in(path))
