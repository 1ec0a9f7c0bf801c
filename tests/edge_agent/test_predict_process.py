"""`terroir-edge predict` as a process: its streams, its memory, what it loads."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edge_agent.exit_codes import ExitCode
from tests.simulators.golden_scans import PACKAGE, golden_package, golden_table
from tests.simulators.scan_files import scan_csv

PROGRAM = [sys.executable, "-m", "edge_agent", "predict"]
NEEDED_S = 20


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


def command_for(*files: Path) -> list[str]:
    """Return the command line of a process of its own."""
    return [*PROGRAM, "--json", "--package", str(PACKAGE), *map(str, files)]


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
