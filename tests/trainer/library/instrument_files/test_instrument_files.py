"""Each reader reads what its maker writes, and refuses what it might misread."""

from pathlib import Path
from types import SimpleNamespace

import brukeropus
import numpy as np
import pytest

from tests.trainer.library.instrument_files.made_files import (
    JCAMP_LINES,
    asd_file,
    sed_file,
    sig_file,
)
from trainer.errors import LibraryError
from trainer.library.instrument_files.opus import MAGIC
from trainer.library.instrument_files.scan_reader import is_scan_file, read_scan

NM = np.arange(350.0, 450.0)
REFLECTANCE = np.linspace(0.1, 0.4, NM.size)
WHITE = np.full(NM.size, 20_000.0)


def test_asd_counts_are_divided_by_the_files_own_reference(tmp_path: Path) -> None:
    scan = read_scan(asd_file(tmp_path / "a.asd", REFLECTANCE * WHITE, WHITE))

    np.testing.assert_allclose(scan.values, REFLECTANCE, rtol=1e-6)
    np.testing.assert_allclose(scan.positions, NM)
    assert (scan.unit, scan.quantity) == ("nm", "fraction")


def test_asd_reflectance_is_taken_as_it_is(tmp_path: Path) -> None:
    scan = read_scan(asd_file(tmp_path / "a.asd", REFLECTANCE, None))

    np.testing.assert_allclose(scan.values, REFLECTANCE, rtol=1e-6)


def test_asd_counts_without_a_reference_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="white reference"):
        read_scan(asd_file(tmp_path / "a.asd", REFLECTANCE * WHITE, None, kind=0))


def test_asd_radiance_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="data type 2"):
        read_scan(asd_file(tmp_path / "a.asd", REFLECTANCE, None, kind=2))


def test_an_asd_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = asd_file(tmp_path / "a.asd", REFLECTANCE * WHITE, WHITE)
    path.write_bytes(path.read_bytes()[:900])

    with pytest.raises(LibraryError, match="expected a whole ASD file"):
        read_scan(path)


def test_an_older_asd_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.asd").write_bytes(b"ASD" + bytes(900))

    with pytest.raises(LibraryError, match="as7 or as8"):
        read_scan(tmp_path / "a.asd")


def test_spectral_evolution_reads_reflectance_beside_counts(tmp_path: Path) -> None:
    scan = read_scan(sed_file(tmp_path / "a.sed", 100 * REFLECTANCE))

    np.testing.assert_allclose(scan.values, 100 * REFLECTANCE, atol=1e-4)
    assert scan.quantity == "percent"


def test_spectral_evolution_counts_alone_are_refused(tmp_path: Path) -> None:
    names = "Wvl\tNorm. DN (Ref.)\tNorm. DN (Target)"

    with pytest.raises(LibraryError, match="save it as reflectance"):
        read_scan(sed_file(tmp_path / "a.sed", REFLECTANCE, names))


def test_spectra_vista_reads_percent(tmp_path: Path) -> None:
    scan = read_scan(sig_file(tmp_path / "a.sig", NM, 100 * REFLECTANCE))

    np.testing.assert_allclose(scan.values, 100 * REFLECTANCE, atol=0.006)


def test_spectra_vista_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    path = sig_file(tmp_path / "a.sig", NM, 100 * REFLECTANCE, stretch=0.01)

    with pytest.raises(LibraryError, match="away from target over reference"):
        read_scan(path)


def test_jcamp_is_read_with_its_factors(tmp_path: Path) -> None:
    (tmp_path / "a.jdx").write_text(JCAMP_LINES, encoding="utf-8")

    scan = read_scan(tmp_path / "a.jdx")

    np.testing.assert_allclose(scan.positions, [4000, 3998, 3996, 3994, 3992])
    np.testing.assert_allclose(scan.values, [0.5, 0.51, 0.52, 0.53, 0.54], rtol=1e-6)
    assert (scan.unit, scan.quantity) == ("cm-1", "absorbance")


def test_jcamp_points_are_read(tmp_path: Path) -> None:
    head, _, _ = JCAMP_LINES.partition("##XYDATA")
    points = "##XYPOINTS= (XY..XY)\n4000, 500; 3998, 510\n3996,520 3994,530 3992,540\n"
    (tmp_path / "a.jdx").write_text(head + points + "##END=\n", encoding="utf-8")

    np.testing.assert_allclose(
        read_scan(tmp_path / "a.jdx").positions, [4000, 3998, 3996, 3994, 3992]
    )


@pytest.mark.parametrize(
    ("old", "new", "evidence"),
    [
        ("3994 530 540", "3994A53J4", "plain numbers"),
        ("3994 530 540\n", "", "expected 5 points"),
        ("3994 530", "3900 530", "at its position"),
        ("ABSORBANCE", "TRANSMITTANCE", "reflectance or absorbance"),
        ("##END=", "##XYDATA= (X++(Y..Y))\n1 2\n##END=", "one spectrum"),
    ],
)
def test_jcamp_that_might_be_misread_is_refused(
    tmp_path: Path, old: str, new: str, evidence: str
) -> None:
    (tmp_path / "a.jdx").write_text(JCAMP_LINES.replace(old, new), encoding="utf-8")

    with pytest.raises(LibraryError, match=evidence):
        read_scan(tmp_path / "a.jdx")


def opus_block(unit: str = "WN") -> SimpleNamespace:
    axis, values = np.array([4000.0, 3998.0]), np.array([0.5, 0.6])
    return SimpleNamespace(x=axis, y=values, params=SimpleNamespace(dxu=unit))


def opus_file(path: Path, **blocks: SimpleNamespace) -> SimpleNamespace:
    path.write_bytes(MAGIC + bytes(100))
    return SimpleNamespace(data_keys=list(blocks), **blocks)


def test_opus_absorbance_is_read_beside_single_channels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = opus_file(tmp_path / "a.0", sm=opus_block(), a=opus_block())
    monkeypatch.setattr(brukeropus, "read_opus", lambda _: file)

    scan = read_scan(tmp_path / "a.0")

    assert (scan.unit, scan.quantity) == ("cm-1", "absorbance")
    np.testing.assert_allclose(scan.values, [0.5, 0.6])


@pytest.mark.parametrize(
    "blocks",
    [{"sm": opus_block()}, {"a": opus_block(), "r": opus_block()}],
    ids=["single channel", "two quantities"],
)
def test_opus_without_one_quantity_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    blocks: dict[str, SimpleNamespace],
) -> None:
    file = opus_file(tmp_path / "a.0", **blocks)
    monkeypatch.setattr(brukeropus, "read_opus", lambda _: file)

    with pytest.raises(LibraryError, match="absorbance"):
        read_scan(tmp_path / "a.0")


def test_a_numbered_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.1").write_bytes(b"rotated log")

    with pytest.raises(LibraryError, match="Bruker OPUS"):
        read_scan(tmp_path / "log.1")


@pytest.mark.parametrize("head", ["", "nm,reflectance\n"])
def test_two_plain_columns_are_read_and_say_nothing_of_units(
    tmp_path: Path, head: str
) -> None:
    (tmp_path / "a.csv").write_text(head + "400,0.1\n401,0.2\n", encoding="utf-8")

    scan = read_scan(tmp_path / "a.csv")

    np.testing.assert_allclose(scan.positions, [400, 401])
    assert (scan.unit, scan.quantity) == (None, None)


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("400,0.1,0.2\n401,0.2,0.3\n", "two columns"),
        ("400,0.1\n401,bad\n402,0.3\n", "'401,bad'"),
        ("", "found none"),
    ],
)
def test_plain_columns_that_make_no_scan_are_refused(
    tmp_path: Path, text: str, evidence: str
) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")

    with pytest.raises(LibraryError, match=evidence):
        read_scan(tmp_path / "a.csv")


def test_files_of_no_known_maker_are_not_scans(tmp_path: Path) -> None:
    assert not is_scan_file(tmp_path / "thesis.docx")
    with pytest.raises(LibraryError, match="OPUS number"):
        read_scan(tmp_path / "thesis.docx")
