"""`terroir-edge predict`: files in, lines out, and nothing else needed."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from edge_agent.__main__ import main
from edge_agent.exit_codes import ExitCode
from edge_agent.predictor.loaded_model import ModelInUse, prove
from edge_agent.predictor.scan_reader import read_scan
from edge_agent.predictor.wire import ScanTask
from protocols.model_package import parse_package
from tests.simulators.golden_scans import (
    PACKAGE,
    golden_of,
    golden_package,
    golden_table,
)
from tests.simulators.model_packages import PackageRecipe, build_model_package
from tests.simulators.scan_files import scan_csv

FIELDS = [
    "sample",
    "target",
    "value",
    "low",
    "high",
    "unit",
    "novelty",
    "flagged",
    "model",
]

Line = dict[str, object]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A good scan of an instrument."""
    path = tmp_path / "a12.csv"
    path.write_bytes(scan_csv("A12"))
    return path


def predict(
    *files: Path, package: Path = PACKAGE, options: tuple[str, ...] = ()
) -> int:
    """Run the command in this process."""
    return main(["predict", "--package", str(package), *options, *map(str, files)])


def lines_of(text: str) -> Iterator[Line]:
    """Read what the command printed for a program."""
    return map(json.loads, text.splitlines())


def test_golden_scans_of_a_table_get_their_golden_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = golden_package()
    table = tmp_path / "soils.csv"
    table.write_text(golden_table(package))

    code = predict(table, options=("--json",))

    *told, refused = lines_of(capsys.readouterr().out)
    answer = golden_of(package).answer
    assert code == ExitCode.SCANS
    assert [one["value"] for one in told] == pytest.approx(
        answer.value[:-1].ravel().tolist(), rel=1e-3, abs=1e-2
    )
    assert [one["novelty"] for one in told] == pytest.approx(
        np.repeat(answer.novelty[:-1], 2).tolist(), abs=1e-3
    )
    assert "dead sensor" in str(refused["refusal"])


def test_line_of_a_reading_has_these_fields_and_no_other(
    scan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert predict(scan, options=("--json",)) == ExitCode.OK

    package = golden_package()
    for line, target in zip(
        lines_of(capsys.readouterr().out), package.soil.targets, strict=True
    ):
        assert list(line) == FIELDS
        assert (line["sample"], line["target"]) == ("A12", target.name)
        assert (line["unit"], line["model"]) == ("%", package.digest)
        assert line["flagged"] is False


def test_person_hears_what_the_agent_would_journal(
    scan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    predict(scan, options=("--json",))

    heard = list(lines_of(capsys.readouterr().out))
    task = ScanTask(file=scan.name, data=scan.read_bytes())
    answer = read_scan(task, ModelInUse(prove(golden_package())))
    assert [one["value"] for one in heard] == [one.value for one in answer.estimates]
    assert [one["low"] for one in heard] == [one.low for one in answer.estimates]
    assert {one["novelty"] for one in heard} == {answer.novelty}


def test_foreign_soil_is_flagged(
    tmp_path: Path, scan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "strict.terroir"
    package.write_bytes(build_model_package(PackageRecipe(novelty=1.5)))

    predict(scan, package=package, options=("--json",))

    assert [one["flagged"] for one in lines_of(capsys.readouterr().out)] == [True]


def test_person_reads_an_aligned_table(
    scan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert predict(scan, options=("--runtime", "onnxruntime")) == ExitCode.OK

    title, heading, *rows = capsys.readouterr().out.splitlines()
    assert title == f"model {golden_package().digest[:12]} on onnxruntime"
    at = heading.index("flagged")
    assert [row[at:] for row in rows] == ["no", "no"]
    assert [row.split()[0] for row in rows] == ["A12", "A12"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "found"),
        (b"\xff\xfe\x00", "expected"),
        (scan_csv(quantity="absorbance"), "absorbance"),
        (scan_csv(values=np.full(216, 0.3)), "dead sensor"),
    ],
)
def test_refused_scan_is_told_in_its_place_and_the_others_are_answered(
    tmp_path: Path,
    scan: Path,
    data: bytes,
    expected: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_bytes(data)

    code = predict(scan, broken, scan, options=("--json",))

    lines = list(lines_of(capsys.readouterr().out))
    assert code == ExitCode.SCANS
    assert [list(one) for one in lines if "value" in one] == [FIELDS] * 4
    refused = lines[2]
    assert list(refused) == ["sample", "file", "refusal"]
    assert refused["file"] == str(broken)
    assert expected in str(refused["refusal"])


def test_file_that_is_missing_or_a_folder_is_told_and_stops_nothing(
    tmp_path: Path, scan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert predict(tmp_path / "none.csv", tmp_path, scan) == ExitCode.SCANS

    text = capsys.readouterr().out
    assert text.count("refused: ") == 2
    assert "No such file" in text
    assert "Is a directory" in text
    assert text.count("A12 ") == 2


def test_scan_too_short_for_the_model_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short = tmp_path / "short.csv"
    rows = "".join(f"{nm},{0.1 + nm / 9000}\n" for nm in range(900, 1700, 5))
    short.write_text("wavelength_nm,reflectance\n" + rows)

    assert predict(short, options=("--json",)) == ExitCode.SCANS

    (line,) = lines_of(capsys.readouterr().out)
    assert "expected a scan over 400 to 2400 nm, found 900" in str(line["refusal"])


def test_package_that_cannot_be_read_ends_with_its_own_code_and_answers_nothing(
    tmp_path: Path, scan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = PACKAGE.read_bytes()
    damaged = {
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "changed": whole.replace(b"spectrum", b"spektrum", 1),
        "no package": scan.read_bytes(),
    }
    for name, data in damaged.items():
        path = tmp_path / f"{name}.terroir"
        path.write_bytes(data)
        assert predict(scan, package=path) == ExitCode.PACKAGE
    assert predict(scan, package=tmp_path) == ExitCode.PACKAGE
    assert predict(scan, package=tmp_path / "none.terroir") == ExitCode.PACKAGE

    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("terroir-edge: ") == len(damaged) + 2
    assert "No such file" in err


def test_package_that_answers_otherwise_than_its_golden_vectors_is_refused(
    tmp_path: Path, scan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "wrong.terroir"
    package.write_bytes(build_model_package(PackageRecipe(golden_is_wrong_by=0.2)))

    assert predict(scan, package=package) == ExitCode.PACKAGE

    assert "expected golden answers within 0.001" in capsys.readouterr().err


def test_package_without_a_graph_for_this_device_is_refused(
    tmp_path: Path, scan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "elsewhere.terroir"
    package.write_bytes(build_model_package(PackageRecipe(runtime="tflite-runtime")))
    assert parse_package(package.read_bytes())

    assert predict(scan, package=package) == ExitCode.PACKAGE

    assert "this package has no graph for the runtimes" in capsys.readouterr().err
