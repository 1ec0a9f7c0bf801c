"""Scan files: what simple instruments write is read, everything else is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.errors import ScanRefusedError
from edge_agent.instruments.scan_file import read_scan_file
from protocols.identifiers import checked_sample_id
from protocols.messages import Instrument
from tests.simulators.scan_files import AXIS, scan_csv, soil_curve


def test_file_with_headings_is_read() -> None:
    data = b"# instrument: ASD/FieldSpec 4/18140\n" + scan_csv("A12")

    scan = read_scan_file("whatever.csv", data)

    assert scan.sample == "A12"
    assert scan.instrument == Instrument(
        maker="ASD", model="FieldSpec 4", serial="18140"
    )
    assert np.array_equal(scan.spectrum.wavelengths_nm, AXIS)
    assert np.allclose(scan.spectrum.reflectance, soil_curve(), atol=1e-6)


def test_plain_columns_take_the_sample_from_the_files_name() -> None:
    scan = read_scan_file("field 7, top.csv", b"400,0.1\n410,0.2\n420,0.3\n")

    assert scan.sample == "field-7-top"
    assert scan.instrument is None
    assert scan.spectrum.reflectance.size == 3


def test_descending_axis_is_turned_around() -> None:
    scan = read_scan_file("a.csv", b"420,0.3\n410,0.2\n400,0.1\n")

    assert scan.spectrum.wavelengths_nm.tolist() == [400, 410, 420]
    assert scan.spectrum.reflectance.tolist() == pytest.approx([0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (scan_csv(quantity="absorbance"), "found 'absorbance'"),
        (scan_csv(quantity="percent reflectance"), "found 'percent reflectance'"),
        (scan_csv().replace(b"wavelength_nm", b"wavenumber"), "expected the columns"),
        (scan_csv(sample="no spaces please"), "the sample's name"),
        (b"# instrument: nobody\n400,0.1\n410,0.2\n", "maker/model/serial"),
        (b"400,0.1\n410,bright\n", "found '410,bright'"),
        (b"400,0.1\n400,0.2\n", "ascending"),
        (b"", "bands, found 0"),
        (b"\xff\xfe", "UTF-8"),
        (b"400,0.1\n" * 17_000, "at most 16384 bands"),
        (b"4" * 5_000_000, "at most 4194304 bytes"),
    ],
)
def test_file_that_is_no_scan_is_refused(data: bytes, expected: str) -> None:
    with pytest.raises(ScanRefusedError, match=expected):
        read_scan_file("a.csv", data)


@given(st.binary(max_size=200) | st.text("0123456789.,-\n#e:naif", max_size=200))
def test_arbitrary_content_is_read_or_refused(content: bytes | str) -> None:
    data = content if isinstance(content, bytes) else content.encode()

    try:
        scan = read_scan_file("a.csv", data)
    except ScanRefusedError:
        return
    assert checked_sample_id(scan.sample)


@given(st.text(max_size=100))
def test_every_file_name_gives_a_sample(name: str) -> None:
    scan = read_scan_file(name, b"400,0.1\n410,0.2\n")

    assert checked_sample_id(scan.sample)
