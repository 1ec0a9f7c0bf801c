"""The predictor as a real child process: right numbers, crashes, hangs, changes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from edge_agent.active_model import package_path, switch_to
from edge_agent.installed_runtimes import RuntimeName, installed_runtimes
from edge_agent.predictor.loaded_model import prove
from edge_agent.settings import PredictorSettings
from protocols.encoding import decode
from protocols.golden_vectors import golden_from_members
from protocols.messages import Reading, ScanSample
from protocols.model_package import digest_of, parse_package
from protocols.spectrum import spectrum_of, unpack
from protocols.wavelength_grid import resample
from tests.simulators.golden_scans import PACKAGE
from tests.simulators.model_packages import (
    GRID,
    PackageRecipe,
    build_model_package,
    weights_of,
)
from tests.simulators.scan_bench import ScanBench
from tests.simulators.scan_files import AXIS, drop, drop_bytes, scan_csv, soil_curve

FAILING = (str(Path(__file__).parents[1] / "simulators" / "failing_predictor.py"),)

MakeBench = Callable[..., ScanBench]


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[MakeBench]:
    """Make scan benches that are closed after the test."""
    benches: list[ScanBench] = []

    def make(settings: PredictorSettings | None = None, *runner: str) -> ScanBench:
        folder = tmp_path / f"bench-{len(benches)}"
        bench = ScanBench(folder, settings or PredictorSettings(), runner)
        benches.append(bench)
        return bench

    yield make
    for bench in benches:
        bench.close()


def install(state: Path, package: bytes, fallback: str | None = None) -> str:
    """Put a package where the updater would."""
    digest = digest_of(package)
    path = package_path(state, digest)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(package)
    switch_to(state, digest, fallback)
    return digest


def readings(bench: ScanBench) -> list[Reading]:
    """Return the journal's readings."""
    rows = bench.journal.connection.execute(
        "SELECT body FROM records WHERE kind = 'reading' ORDER BY seq"
    ).fetchall()
    found = [decode(row[0]) for row in rows]
    return [one for one in found if isinstance(one, Reading)]


def test_graph_answers_as_its_golden_vectors_say() -> None:
    package = parse_package(build_model_package())
    golden = golden_from_members(package.members, package.manifest)

    answer = prove(package).runtime.run(golden.spectrum[:1])

    assert np.allclose(answer.value, golden.answer.value[:1], atol=1e-5)
    assert np.allclose(answer.novelty, golden.answer.novelty[:1])


def test_reading_is_the_models_answer_to_the_resampled_scan(
    make_bench: MakeBench,
) -> None:
    bench = make_bench()
    digest = install(bench.state, build_model_package())
    drop(bench.inbox, "A12", seed=3)

    bench.read_all()

    (reading,) = readings(bench)
    written = np.round(soil_curve(3), 6)
    expected = resample(spectrum_of(AXIS, written), GRID) @ weights_of(PackageRecipe())
    assert reading.model == digest
    assert reading.estimates[0].value == pytest.approx(float(expected[0]), abs=1e-4)
    assert not reading.is_flagged


@pytest.mark.parametrize("runtime", installed_runtimes())
def test_runtime_in_the_settings_reads_the_scan(
    make_bench: MakeBench, runtime: RuntimeName
) -> None:
    bench = make_bench(PredictorSettings(runtime=runtime))
    digest = install(bench.state, PACKAGE.read_bytes())
    drop(bench.inbox, "A12")

    bench.read_all()

    assert [one.model for one in readings(bench)] == [digest]
    assert bench.answers[0].model_problem is None


def test_runtime_in_the_settings_that_cannot_be_used_is_told_and_the_scan_kept(
    make_bench: MakeBench,
) -> None:
    bench = make_bench(PredictorSettings(runtime="tflite-runtime"))
    install(bench.state, build_model_package())
    drop(bench.inbox, "A12")

    bench.read_all()

    assert readings(bench) == []
    assert bench.refusals() == {"A12": None}
    assert "tflite-runtime" in str(bench.answers[0].model_problem)


def test_soil_beyond_the_edge_of_the_domain_is_flagged(make_bench: MakeBench) -> None:
    bench = make_bench()
    install(bench.state, build_model_package(PackageRecipe(novelty=1.5)))
    drop(bench.inbox, "A12")

    bench.read_all()

    assert [one.is_flagged for one in readings(bench)] == [True]


def test_without_a_model_the_scan_is_kept_and_no_reading_made(
    make_bench: MakeBench,
) -> None:
    bench = make_bench()
    drop(bench.inbox, "A12", seed=4)

    bench.read_all()

    assert readings(bench) == []
    row = bench.journal.connection.execute("SELECT body FROM records").fetchone()
    scan = decode(row[0])
    assert isinstance(scan, ScanSample)
    assert scan.spectrum is not None
    assert np.allclose(unpack(scan.spectrum).reflectance, soil_curve(4), atol=1e-5)


def test_crash_costs_one_scan_and_the_others_are_read(make_bench: MakeBench) -> None:
    bench = make_bench(None, *FAILING)
    for sample in ("A1", "CRASH", "A2"):
        drop(bench.inbox, sample)

    bench.read_all()

    refusals = bench.refusals()
    assert (refusals["A1"], refusals["A2"]) == (None, None)
    assert "reader crashed" in str(refusals["CRASH"])
    assert "SIGSEGV" in str(refusals["CRASH"])


def test_reader_that_hangs_is_killed_and_costs_one_scan(make_bench: MakeBench) -> None:
    bench = make_bench(PredictorSettings(scan_timeout_s=2.0), *FAILING)
    for sample in ("HANG", "A2"):
        drop(bench.inbox, sample)

    bench.read_all()

    assert "no answer within 2 s" in str(bench.refusals()["HANG"])
    assert bench.refusals()["A2"] is None


def test_idle_predictor_is_ended(make_bench: MakeBench) -> None:
    bench = make_bench(PredictorSettings(idle_s=0.1))
    drop(bench.inbox, "A12")

    bench.read_all()
    assert bench.predictor.is_running

    bench.turn_until(lambda: not bench.predictor.is_running, "no predictor")


def test_next_scan_is_read_with_a_model_that_became_active_meanwhile(
    make_bench: MakeBench,
) -> None:
    bench = make_bench()
    first = install(bench.state, build_model_package())
    drop(bench.inbox, "A1")
    bench.read_all()

    second = install(bench.state, build_model_package(PackageRecipe(seed=2)), first)
    drop(bench.inbox, "A2")
    bench.read_all()

    assert [one.model for one in readings(bench)] == [first, second]


def test_damaged_package_is_told_of_and_the_one_before_answers(
    make_bench: MakeBench,
) -> None:
    bench = make_bench()
    first = install(bench.state, build_model_package())
    second = install(bench.state, build_model_package(PackageRecipe(seed=2)), first)
    package_path(bench.state, second).write_bytes(b"damaged")
    drop(bench.inbox, "A1")

    bench.read_all()

    assert [one.model for one in readings(bench)] == [first]
    assert second[:12] in str(bench.answers[0].model_problem)


def test_broken_file_is_refused_and_its_bytes_are_kept(make_bench: MakeBench) -> None:
    bench = make_bench()
    drop_bytes(bench.inbox, "broken.csv", b"\xff\xfe not a scan")

    bench.read_all()

    assert "UTF-8" in str(bench.refusals()["broken"])
    size = bench.journal.connection.execute("SELECT size FROM scans").fetchone()[0]
    assert size == len(b"\xff\xfe not a scan")


def test_same_file_again_is_not_a_second_scan(make_bench: MakeBench) -> None:
    bench = make_bench()
    for _ in range(2):
        drop_bytes(bench.inbox, "A12.csv", scan_csv("A12"))
        bench.read_all()

    counts = bench.journal.connection.execute("SELECT count(*) FROM records").fetchone()
    assert counts == (1,)


def test_full_disk_leaves_scans_in_the_inbox_until_there_is_room(
    make_bench: MakeBench, caplog: pytest.LogCaptureFixture
) -> None:
    bench = make_bench()
    (pages,) = bench.journal.connection.execute("PRAGMA page_count").fetchone()
    bench.journal.connection.execute(f"PRAGMA max_page_count = {pages}")
    for number in range(8):
        drop(bench.inbox, f"A{number}", seed=number)

    bench.intake.look()
    bench.turn_until(lambda: bench.intake.problem, "word of the full disk")
    assert len(list(bench.inbox.glob("*.csv"))) + len(bench.refusals()) == 8
    assert "disk is full" in str(bench.intake.problem)

    bench.journal.connection.execute("PRAGMA max_page_count = 1000000")
    bench.intake.work(0.0)
    bench.turn_until(lambda: len(bench.refusals()) == 8, "every scan in the journal")
    assert caplog.text.count("scans stay in the inbox") == 1
    assert bench.intake.problem is None
