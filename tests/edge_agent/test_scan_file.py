"""Scan files: what simple instruments write is read, everything else is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.errors import ScanRefusedError
from edge_agent.instruments.scan_file import read_scan_file
from protocols.identifiers import checked_sample_id
from protocols.messages import Instrument
from tests.simulators.instrument_files import (
    asd_bytes,
    opus_bytes,
    opus_spectrum,
    sed_bytes,
    sig_bytes,
)
from tests.simulators.scan_files import AXIS, scan_csv, soil_curve

HEADING = b"wavelength_nm,reflectance\n"


def test_file_with_headings_is_read() -> None:
    data = b"# instrument: ASD/FieldSpec 4/18140\n" + scan_csv("A12")

    scan = read_scan_file("whatever.csv", data)

    assert scan.sample == "A12"
    assert scan.instrument == Instrument(
        maker="ASD", model="FieldSpec 4", serial="18140"
    )
    assert np.array_equal(scan.spectrum.wavelengths_nm, AXIS)
    assert np.allclose(scan.spectrum.reflectance, soil_curve(), atol=1e-6)


def test_scan_without_a_name_takes_that_of_its_file() -> None:
    scan = read_scan_file("field 7, top.csv", HEADING + b"400,0.1\n410,0.2\n")

    assert scan.sample == "field-7-top"
    assert scan.instrument is None


def test_descending_axis_is_turned_around() -> None:
    data = b"# quantity: reflectance\n420,0.3\n410,0.2\n400,0.1\n"

    scan = read_scan_file("a.csv", data)

    assert scan.spectrum.wavelengths_nm.tolist() == [400, 410, 420]
    assert scan.spectrum.reflectance.tolist() == pytest.approx([0.1, 0.2, 0.3])


SOIL = np.linspace(0.1, 0.4, 200)
BINARY = {
    "soil.asd": asd_bytes(SOIL * 20_000, np.full(200, 20_000.0)),
    "soil.sed": sed_bytes(SOIL * 100),
    "soil.sig": sig_bytes(np.arange(350.0, 550.0), SOIL * 100),
    "soil.0": opus_bytes(*opus_spectrum(-np.log10(SOIL))),
}


@pytest.mark.parametrize("name", BINARY)
def test_instruments_own_format_is_read_as_fractions_over_nanometres(
    name: str,
) -> None:
    scan = read_scan_file(name, BINARY[name])

    found = scan.spectrum.reflectance
    assert scan.sample == "soil"
    np.testing.assert_allclose(found, SOIL, atol=1e-4)
    assert (np.diff(scan.spectrum.wavelengths_nm) > 0).all()


def test_what_was_converted_is_said() -> None:
    scan = read_scan_file("soil.0", BINARY["soil.0"])

    assert scan.said == "absorbance over cm-1 (Bruker OPUS block of absorbance)"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (scan_csv(quantity="absorbance"), "found 'absorbance'"),
        (scan_csv(quantity="percent reflectance"), "found 'percent reflectance'"),
        (scan_csv(quantity="radiance"), "found 'radiance'"),
        (b"wavelength_nm,counts\n400,9\n401,8\n", "says the quantity"),
        (b"400,0.1\n410,0.2\n", "says the unit of its axis"),
        (scan_csv(sample="no spaces please"), "the sample's name"),
        (b"# instrument: nobody\n400,0.1\n410,0.2\n", "maker/model/serial"),
        (HEADING + b"400,0.1\n410,bright\n", "found '410,bright'"),
        (HEADING + b"400,0.1\n400,0.2\n", "ascending"),
        (b"", "expected lines of numbers"),
        (b"\xff\xfe", "expected two columns of UTF-8"),
        (b"400,0.1\n" * 17_000, "at most 16384 bands"),
        (b"4" * 5_000_000, "at most 4194304 bytes"),
    ],
)
def test_file_that_is_no_scan_is_refused(data: bytes, expected: str) -> None:
    with pytest.raises(ScanRefusedError, match=expected):
        read_scan_file("a.csv", data)


def test_file_of_no_known_instrument_is_refused() -> None:
    with pytest.raises(ScanRefusedError, match="expected a scan file that ends with"):
        read_scan_file("scan.docx", HEADING + b"400,0.1\n410,0.2\n")


@given(st.binary(max_size=200) | st.text("0123456789.,-\n#e:naif", max_size=200))
def test_arbitrary_content_is_read_or_refused(content: bytes | str) -> None:
    data = content if isinstance(content, bytes) else content.encode()

    for head in (b"", HEADING):
        try:
            scan = read_scan_file("a.csv", head + data)
        except ScanRefusedError:
            continue
        assert checked_sample_id(scan.sample)


@given(st.text(max_size=100))
def test_every_file_name_gives_a_sample(name: str) -> None:
    scan = read_scan_file(f"s{name}.csv", HEADING + b"400,0.1\n410,0.2\n")

    assert checked_sample_id(scan.sample)
