"""Files on the disk are read by the shared readers, as others read them too."""

from pathlib import Path

import brukeropus
import numpy as np
import pytest

from protocols.instrument_files.reflectance import reflectance_of
from tests.simulators.instrument_files import (
    ABSORBANCE,
    REFLECTANCE,
    SAMPLE,
    SINGLE_CHANNEL,
    opus_bytes,
    opus_spectrum,
)
from trainer.errors import LibraryError
from trainer.library.recognition.spectral_axis import recognise_axis
from trainer.library.sources.instrument_file import is_scan_file, read_scan

VALUES = np.linspace(0.2, 0.9, 2000)


@pytest.mark.parametrize(
    ("kind", "key"), [(ABSORBANCE, "a"), (REFLECTANCE, "r")], ids=str
)
def test_opus_is_read_as_brukeropus_reads_it(
    tmp_path: Path, kind: int, key: str
) -> None:
    path = tmp_path / "soil.0"
    channel = opus_spectrum(VALUES * 100, SINGLE_CHANNEL, SAMPLE)
    path.write_bytes(opus_bytes(*channel, *opus_spectrum(VALUES, kind, CSF=0.5)))
    theirs = getattr(brukeropus.read_opus(str(path)), key)

    ours = read_scan(path)

    np.testing.assert_array_equal(ours.positions, theirs.x)
    np.testing.assert_array_equal(ours.values, np.asarray(theirs.y, np.float32))


def test_axis_is_the_same_in_the_cloud_and_on_a_device(tmp_path: Path) -> None:
    path = tmp_path / "soil.0"
    path.write_bytes(opus_bytes(*opus_spectrum(VALUES)))
    scan = read_scan(path)

    cloud, device = recognise_axis(scan.positions, scan.unit), reflectance_of(scan)

    np.testing.assert_array_equal(cloud.nanometres[::-1], device.wavelengths_nm)


def test_file_that_is_refused_is_named(tmp_path: Path) -> None:
    (tmp_path / "log.1").write_bytes(b"rotated log")

    with pytest.raises(LibraryError, match=r"Bruker OPUS file in log\.1"):
        read_scan(tmp_path / "log.1")


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="expected a scan at"):
        read_scan(tmp_path / "none.asd")


def test_files_of_no_known_maker_are_not_scans(tmp_path: Path) -> None:
    assert not is_scan_file(tmp_path / "thesis.docx")
