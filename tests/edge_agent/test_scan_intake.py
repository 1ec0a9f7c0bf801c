"""The watched folder takes every file that has a reader, whole and as it is."""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from edge_agent.scan_intake import scans_in
from protocols.encoding import decode
from protocols.messages import ScanSample
from protocols.spectrum import unpack
from tests.simulators.instrument_files import asd_bytes, opus_bytes, opus_spectrum
from tests.simulators.scan_bench import ScanBench
from tests.simulators.scan_files import drop_bytes, scan_csv

SOIL = np.linspace(0.1, 0.4, 500)
FILES = {
    "A1.csv": scan_csv("A1"),
    "A2.ASD": asd_bytes(SOIL, None),
    "A3.0": opus_bytes(*opus_spectrum(-np.log10(SOIL))),
}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ScanBench]:
    """A bench without a model: scans are kept, readings are not made."""
    bench = ScanBench(tmp_path)
    yield bench
    bench.close()


def take_all(bench: ScanBench) -> None:
    bench.intake.look()
    bench.turn_until(lambda: not scans_in(bench.inbox), "an empty inbox")


def raw_of(bench: ScanBench, file: str) -> bytes:
    (raw,) = bench.journal.connection.execute(
        "SELECT raw FROM scans WHERE file = ?", (file,)
    ).fetchone()
    return zlib.decompress(raw)


def sent(bench: ScanBench) -> list[ScanSample]:
    rows = bench.journal.connection.execute("SELECT body FROM records ORDER BY seq")
    found = [decode(body) for (body,) in rows]
    return [one for one in found if isinstance(one, ScanSample)]


def test_files_of_every_instrument_are_kept_as_they_were(bench: ScanBench) -> None:
    for name, data in FILES.items():
        drop_bytes(bench.inbox, name, data)

    take_all(bench)

    assert bench.refusals() == {"A1": None, "A2": None, "A3": None}
    assert {name: raw_of(bench, name) for name in FILES} == FILES


def test_absorbance_that_opus_names_travels_as_reflectance(bench: ScanBench) -> None:
    drop_bytes(bench.inbox, "A3.0", FILES["A3.0"])

    take_all(bench)

    (scan,) = sent(bench)
    assert scan.spectrum is not None
    found = unpack(scan.spectrum)
    np.testing.assert_allclose(found.reflectance, SOIL, atol=1e-4)
    assert found.wavelengths_nm[0] == pytest.approx(2500)


def test_damaged_binary_file_is_kept_and_refused_by_name(bench: ScanBench) -> None:
    drop_bytes(bench.inbox, "A3.0", FILES["A3.0"][:200])

    take_all(bench)

    assert "expected a whole OPUS file" in str(bench.refusals()["A3"])
    assert raw_of(bench, "A3.0") == FILES["A3.0"][:200]


def test_oldest_comes_first_and_unfinished_or_foreign_files_are_left_alone(
    tmp_path: Path,
) -> None:
    names = ("b.sed", "a.asd", ".c.0.partial", ".d.0", "e.0.tmp", ".doorbell", "notes")
    for at, name in enumerate(names):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, ns=(at, at))

    assert [path.name for path in scans_in(tmp_path)] == ["b.sed", "a.asd"]
