"""The simulated spectrometer: replays recorded scans with noise, and says so."""

from pathlib import Path

import numpy as np
import pytest

from edge_agent.__main__ import main
from edge_agent.exit_codes import ExitCode
from edge_agent.instruments.replay import read_recorded_scans, with_noise
from edge_agent.instruments.scan_file import read_scan_file
from edge_agent.scan_quality import check_quality
from tests.simulators.scan_files import AXIS, soil_curve


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """An OSSL-named table of three soils."""
    heading = ["id.sample", "farm", *(f"scan_visnir.{at:g}_ref" for at in AXIS)]
    rows = [
        [f"S {seed}", "home", *(f"{one:.6f}" for one in soil_curve(seed))]
        for seed in range(3)
    ]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(",".join(row) for row in [heading, *rows]))
    return path


def test_replay_writes_scan_files_that_pass_the_gate(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox = tmp_path / "inbox"

    code = main(["replay", "--scans", str(table), "--into", str(inbox)])

    assert code == ExitCode.OK
    assert "nothing is measured" in capsys.readouterr().out
    scans = [read_scan_file(one.name, one.read_bytes()) for one in inbox.iterdir()]
    assert {scan.sample for scan in scans} == {"S-0", "S-1", "S-2"}
    for scan in scans:
        check_quality(scan.spectrum)


def test_same_seed_gives_the_same_scans(table: Path, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b", "c")]
    for folder, seed in zip(folders, ("1", "1", "2"), strict=True):
        words = ["--scans", str(table), "--into", str(folder), "--seed", seed]
        assert main(["replay", *words]) == ExitCode.OK

    first, second, third = (
        {path.name: path.read_bytes() for path in folder.iterdir()}
        for folder in folders
    )

    assert first == second != third


def test_noise_grows_towards_the_ends_of_the_detector(table: Path) -> None:
    (scan, *_) = read_recorded_scans(table)
    random = np.random.default_rng(0)

    many = np.stack([with_noise(scan, 0.001, random) for _ in range(400)])
    rough = np.diff(many, axis=1).std(axis=0)

    assert rough[0] > 2 * rough[rough.size // 2]
    assert np.abs(many.mean(axis=0) - scan.reflectance).max() < 0.002


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id.sample,clay\nA,1\n", "scan_visnir"),
        ("id.sample,scan_visnir.400_ref\nA,dark\n", "line 2"),
        ("", "found nothing"),
    ],
)
def test_table_without_scans_is_refused(
    tmp_path: Path, text: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)

    words = ["replay", "--scans", str(path), "--into", str(tmp_path / "inbox")]

    assert main(words) == ExitCode.INPUT
    assert expected in capsys.readouterr().err
