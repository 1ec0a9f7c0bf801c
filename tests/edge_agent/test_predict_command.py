"""`terroir-edge predict`: files in, lines out, and nothing else needed."""

import json
import os
import signal
import subprocess
import sys
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
PROGRAM = [sys.executable, "-m", "edge_agent", "predict"]
NEEDED_S = 20

Line = dict[str, object]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A good scan of an instrument."""
    path = tmp_path / "a12.csv"
    path.write_bytes(scan_csv("A12"))
    return path


@pytest.fixture
def never_written(tmp_path: Path) -> Path:
    """A file at which every reader waits for ever."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def predict(
    *files: Path, package: Path = PACKAGE, options: tuple[str, ...] = ()
) -> int:
    """Run the command in this process."""
    return main(["predict", "--package", str(package), *options, *map(str, files)])


def command_for(*files: Path) -> list[str]:
    """Return the command line of a process of its own."""
    return [*PROGRAM, "--json", "--package", str(PACKAGE), *map(str, files)]


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
        lines_of(capsys.readouterr().out), package.manifest.targets, strict=True
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


def test_file_whose_name_is_no_text_is_read_like_any_other(
    tmp_path: Path, scan: Path
) -> None:
    odd = [tmp_path / os.fsdecode(b"\xff-a13.csv"), tmp_path / "a\n14.csv"]
    for path in odd:
        path.write_bytes(b"")
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}

    for options, lines in (["--json"], 4), ([], 6):
        words = [*options, "--package", str(PACKAGE), *map(str, odd), str(scan)]
        result = subprocess.run(
            [*PROGRAM, *words], env=environment, capture_output=True, check=False
        )
        assert (result.returncode, result.stderr) == (ExitCode.SCANS, b"")
        assert b"\\udcff-a13.csv" in result.stdout
        assert result.stdout.count(b"\n") == lines


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


def test_answers_come_as_scans_are_read(
    scan: Path, never_written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    command = command_for(scan, never_written)

    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            first = json.loads(process.stdout.readline())
            is_waiting = process.poll() is None
        finally:
            process.kill()

    assert (first["sample"], is_waiting) == ("A12", True)


def test_reader_that_closes_the_pipe_ends_the_command_quietly(scan: Path) -> None:
    command = command_for(*[scan] * 200)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None

        process.stdout.readline()
        process.stdout.close()

        assert process.stderr.read() == b""
        assert process.wait(NEEDED_S) == ExitCode.READER_GONE


def test_output_that_cannot_be_written_ends_the_command_with_a_sentence(
    scan: Path,
) -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            command_for(scan), stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert result.returncode == ExitCode.OUTPUT
    assert result.stderr.startswith(b"terroir-edge: expected to write the answers")
    assert result.stderr.count(b"\n") == 1


def test_keyboard_stops_it_quietly(scan: Path, never_written: Path) -> None:
    command = command_for(scan, never_written)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()

        process.send_signal(signal.SIGINT)

        _, errors = process.communicate(timeout=NEEDED_S)
    assert process.returncode == ExitCode.INTERRUPTED
    assert errors == b""


def test_closed_standard_streams_do_no_harm(scan: Path) -> None:
    words = " ".join(command_for(scan))

    without_input = f"exec {words} <&- 2>&-"
    without_output = f"exec {words} >&-"

    answered = subprocess.run(
        ["/bin/sh", "-c", without_input], check=True, capture_output=True
    )
    subprocess.run(["/bin/sh", "-c", without_output], check=True)
    assert answered.stdout.count(b"A12") == 2


def test_long_table_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    heading, *rows = golden_table(golden_package()).splitlines()
    script = (
        "import sys; from pathlib import Path; from edge_agent.__main__ import main\n"
        "assert main(sys.argv[1:]) == 0\n"
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    peaks_kb = []
    for rounds in (1, 500):
        table = tmp_path / "soils.csv"
        table.write_text("\n".join([heading, *rows[:-1] * rounds]) + "\n")
        words = ["predict", "--package", str(PACKAGE), str(table)]
        output = subprocess.check_output([sys.executable, "-c", script, *words])
        peaks_kb.append(int(output.split()[-1]))

    short, long = peaks_kb
    assert long - short < 2000


def test_prediction_runs_on_one_thread(scan: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from edge_agent.__main__ import main\n"
        "main(sys.argv[1:])\n"
        "print(len(list(Path('/proc/self/task').iterdir())))"
    )
    environment = {k: v for k, v in os.environ.items() if "THREADS" not in k}
    words = ["predict", "--package", str(PACKAGE), str(scan)]

    output = subprocess.check_output(
        [sys.executable, "-c", script, *words], env=environment
    )

    assert output.splitlines()[-1] == b"1"


def test_help_of_predict_loads_nothing_heavy() -> None:
    script = (
        "import sys; from edge_agent.__main__ import main\n"
        "try: main(['predict', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'numpy','msgspec','onnxruntime'} & sys.modules.keys()))"
    )

    output = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert "--package" in output
    assert output.splitlines()[-1] == "[]"


def test_prediction_loads_neither_the_link_nor_the_trainer(scan: Path) -> None:
    heavy = {"paho", "tuf", "ssl", "torch", "sklearn", "numpy.ma", "asyncio", "logging"}
    script = (
        "import sys; from edge_agent.__main__ import main\n"
        "main(sys.argv[1:])\n"
        f"print(sorted({heavy!r} & sys.modules.keys()))"
    )
    words = ["predict", "--package", str(PACKAGE), "--runtime", "onnxruntime"]

    output = subprocess.check_output(
        [sys.executable, "-c", script, *words, str(scan)], text=True
    )

    assert output.splitlines()[-1] == "[]"
