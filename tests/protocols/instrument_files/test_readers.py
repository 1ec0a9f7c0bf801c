"""Each reader reads what its maker writes, and refuses what it might misread."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import InstrumentFileError
from protocols.instrument_files import scan_reader
from protocols.instrument_files.file_names import ENDINGS, is_scan_name
from protocols.instrument_files.scan_reader import READERS, read_instrument_file
from protocols.limits import MAX_BANDS
from protocols.messages import Instrument
from tests.simulators.instrument_files import (
    JCAMP_LINES,
    asd_bytes,
    opus_bytes,
    opus_spectrum,
    sed_bytes,
    sig_bytes,
)
from tests.simulators.scan_files import scan_csv

NM = np.arange(350.0, 450.0)
REFLECTANCE = np.linspace(0.1, 0.4, NM.size)
WHITE = np.full(NM.size, 20_000.0)

WHOLE = {
    "a.asd": asd_bytes(REFLECTANCE * WHITE, WHITE),
    "a.sed": sed_bytes(100 * REFLECTANCE),
    "a.sig": sig_bytes(NM, 100 * REFLECTANCE),
    "a.jdx": JCAMP_LINES.encode(),
    "a.dx": JCAMP_LINES.replace("(X++(Y..Y))", "(XY..XY)").encode(),
    "a.csv": scan_csv("A12"),
    "a.dpt": b"400.5,0.1\n401.5,0.2\n",
    "a.0": opus_bytes(*opus_spectrum(REFLECTANCE)),
}


def test_asd_counts_are_divided_by_the_files_own_reference() -> None:
    scan = read_instrument_file("a.asd", asd_bytes(REFLECTANCE * WHITE, WHITE))

    np.testing.assert_allclose(scan.values, REFLECTANCE, rtol=1e-6)
    np.testing.assert_allclose(scan.positions, NM)
    assert (scan.unit, scan.quantity) == ("nm", "fraction")


def test_asd_reflectance_is_taken_as_it_is() -> None:
    scan = read_instrument_file("a.asd", asd_bytes(REFLECTANCE, None))

    np.testing.assert_allclose(scan.values, REFLECTANCE, rtol=1e-6)


@pytest.mark.parametrize(
    ("data", "evidence"),
    [
        (asd_bytes(REFLECTANCE * WHITE, None, kind=0), "white reference"),
        (asd_bytes(REFLECTANCE * WHITE, 0 * WHITE, kind=0), "white reference"),
        (asd_bytes(REFLECTANCE, None, kind=2), "data type 2"),
        (asd_bytes(REFLECTANCE * WHITE, WHITE)[:900], "expected a whole ASD file"),
        (b"as7", "expected a whole ASD file"),
        (b"ASD" + bytes(900), "as7 or as8"),
    ],
)
def test_asd_file_that_might_be_misread_is_refused(data: bytes, evidence: str) -> None:
    with pytest.raises(InstrumentFileError, match=evidence):
        read_instrument_file("a.asd", data)


def test_spectral_evolution_reads_reflectance_beside_counts() -> None:
    scan = read_instrument_file("a.sed", sed_bytes(100 * REFLECTANCE))

    np.testing.assert_allclose(scan.values, 100 * REFLECTANCE, atol=1e-4)
    assert scan.quantity == "percent"


def test_spectral_evolution_counts_alone_are_refused() -> None:
    names = "Wvl\tNorm. DN (Ref.)\tNorm. DN (Target)"

    with pytest.raises(InstrumentFileError, match="save it as reflectance"):
        read_instrument_file("a.sed", sed_bytes(REFLECTANCE, names))


def test_spectra_vista_reads_percent() -> None:
    scan = read_instrument_file("a.sig", sig_bytes(NM, 100 * REFLECTANCE))

    np.testing.assert_allclose(scan.values, 100 * REFLECTANCE, atol=0.006)


def test_spectra_vista_that_contradicts_itself_is_refused() -> None:
    data = sig_bytes(NM, 100 * REFLECTANCE, stretch=0.01)

    with pytest.raises(InstrumentFileError, match="away from target over reference"):
        read_instrument_file("a.sig", data)


def test_jcamp_is_read_with_its_factors() -> None:
    scan = read_instrument_file("a.jdx", JCAMP_LINES.encode())

    np.testing.assert_allclose(scan.positions, [4000, 3998, 3996, 3994, 3992])
    np.testing.assert_allclose(scan.values, [0.5, 0.51, 0.52, 0.53, 0.54], rtol=1e-6)
    assert (scan.unit, scan.quantity) == ("cm-1", "absorbance")


def test_jcamp_points_are_read() -> None:
    head, _, _ = JCAMP_LINES.partition("##XYDATA")
    points = "##XYPOINTS= (XY..XY)\n4000, 500; 3998, 510\n3996,520 3994,530 3992,540\n"

    scan = read_instrument_file("a.jdx", (head + points + "##END=\n").encode())

    np.testing.assert_allclose(scan.positions, [4000, 3998, 3996, 3994, 3992])


@pytest.mark.parametrize(
    ("old", "new", "evidence"),
    [
        ("3994 530 540", "3994A53J4", "plain numbers"),
        ("3994 530 540\n", "", "expected 5 points"),
        ("3994 530", "3900 530", "at its position"),
        ("3994 530 540", "3994", "a position and values"),
        ("ABSORBANCE", "TRANSMITTANCE", "reflectance or absorbance"),
        ("FIRSTX= 4000", "FIRSTX= nan", "a number in FIRSTX"),
        ("NPOINTS= 5", "NPOINTS= inf", "a number in NPOINTS"),
        ("XFACTOR= 1.0", "XFACTOR= 0", "at its position"),
        ("##END=", "##XYDATA= (X++(Y..Y))\n1 2\n##END=", "one spectrum"),
    ],
)
def test_jcamp_that_might_be_misread_is_refused(
    old: str, new: str, evidence: str
) -> None:
    data = JCAMP_LINES.replace(old, new).encode()

    with pytest.raises(InstrumentFileError, match=evidence):
        read_instrument_file("a.jdx", data)


def test_columns_of_a_simple_spectrometer_say_everything() -> None:
    data = b"# instrument: ASD/FieldSpec 4/18140\n" + scan_csv("A12")

    scan = read_instrument_file("a.csv", data)

    assert (scan.unit, scan.quantity, scan.sample) == ("nm", "fraction", "A12")
    assert scan.instrument == Instrument(
        maker="ASD", model="FieldSpec 4", serial="18140"
    )


@pytest.mark.parametrize(
    ("head", "unit", "quantity"),
    [
        ("", None, None),
        ("nm,reflectance", "nm", None),
        ("position,value", None, None),
        ("wavelength_nm,reflectance", "nm", "fraction"),
        ("wavelength_nm,absorbance", "nm", "absorbance"),
        ('"Wavenumber (cm-1)","Absorbance"', "cm-1", "absorbance"),
        ("Wavelength (nm);Reflectance (%)", "nm", "percent"),
        ("# quantity: reflectance", "nm", "fraction"),
        ("# quantity: reflectance\nnm,reflectance_percent", "nm", "percent"),
        ("# quantity: absorbance\n1/cm,a", "cm-1", "absorbance"),
        ("# sample: A12", None, None),
    ],
)
def test_plain_columns_say_what_their_heading_says(
    head: str, unit: str | None, quantity: str | None
) -> None:
    separator = ";" if ";" in head else ","
    rows = "\n".join(f"{at}{separator}0.{at}" for at in (400, 401))

    scan = read_instrument_file("a.csv", f"{head}\n{rows}\n".encode())

    assert scan.positions.tolist() == [400, 401]
    assert (scan.unit, scan.quantity) == (unit, quantity)


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("400,0.1,0.2\n401,0.2,0.3\n", "two columns of UTF-8 text"),
        ("400,0.1\n401,bad\n402,0.3\n", "'401,bad'"),
        ("", "found none"),
        ("# sample: A12\n", "found none"),
        ("wavelength_nm,reflectance\n", "found none"),
        ("# quantity: radiance\n400,0.1\n", "found 'radiance'"),
        ("# quantity: absorbance\nwavelength_nm,reflectance\n400,0.1\n", "above"),
        ("# instrument: nobody\n400,0.1\n410,0.2\n", "maker/model/serial"),
        ("400,0.1\n" * (MAX_BANDS + 1), f"at most {MAX_BANDS} bands"),
    ],
)
def test_plain_columns_that_make_no_scan_are_refused(text: str, evidence: str) -> None:
    with pytest.raises(InstrumentFileError, match=evidence):
        read_instrument_file("a.csv", text.encode())


def test_names_of_no_known_maker_are_not_scans() -> None:
    assert not is_scan_name("thesis.docx")
    assert not is_scan_name(".csv")
    assert not is_scan_name("csv")
    with pytest.raises(InstrumentFileError, match="OPUS number"):
        read_instrument_file("thesis.docx", b"")


@pytest.mark.parametrize("name", ["a.asd", "B.ASD", "soil.0", "soil.0012", "a.b.csv"])
def test_names_of_scans_are_known_by_their_ending(name: str) -> None:
    assert is_scan_name(name)


def test_every_ending_has_a_reader() -> None:
    assert tuple(READERS) == ENDINGS


def test_file_above_the_limit_is_refused_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scan_reader, "MAX_SCAN_FILE_BYTES", 10)

    with pytest.raises(InstrumentFileError, match="at most 10 bytes"):
        read_instrument_file("a.csv", bytes(11))


NAMES = st.sampled_from(sorted(WHOLE))


@pytest.mark.parametrize("name", sorted({*WHOLE} - {"a.dx"}))
def test_whole_files_are_read(name: str) -> None:
    assert read_instrument_file(name, WHOLE[name]).values.size > 1


@given(name=NAMES, data=st.binary(max_size=600))
def test_arbitrary_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    read_or_refuse(name, data)


@given(name=NAMES, data=st.data())
def test_spoiled_files_are_read_or_refused(name: str, data: st.DataObject) -> None:
    whole = bytearray(WHOLE[name])
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    length = data.draw(st.just(len(whole)) | st.integers(0, len(whole)))

    read_or_refuse(name, bytes(whole[:length]))


@given(text=st.text("0123456789.,-+;\n\t#:eE inf", max_size=200))
def test_arbitrary_numbers_are_read_or_refused(text: str) -> None:
    head, _, _ = JCAMP_LINES.partition("4000 500")
    read_or_refuse("a.csv", text.encode())
    read_or_refuse("a.jdx", (head + text).encode())
    read_or_refuse("a.sed", b"Data:\nWvl\tReflect. %\n" + text.encode())


def read_or_refuse(name: str, data: bytes) -> None:
    try:
        scan = read_instrument_file(name, data)
    except InstrumentFileError:
        return
    assert scan.positions.shape == scan.values.shape
    assert scan.values.dtype == np.float32
