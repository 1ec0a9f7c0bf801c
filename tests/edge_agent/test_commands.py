"""The commands of the device, their output and how they end."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edge_agent.__main__ import COMMANDS, main
from edge_agent.exit_codes import ExitCode
from protocols.messages import LabelledSample, UpdateReport
from tests.edge_agent.conftest import Enrol
from tests.simulators.enrolled_device import EnrolledDevice, Enrolment, running
from tests.simulators.model_packages import TARGET, build_model_package
from tests.simulators.scan_files import drop
from tests.simulators.update_repository import UpdateRepository


def call(device: EnrolledDevice, *words: str) -> int:
    """Call a command on a device."""
    return main([*words, "--settings", str(device.settings_path)])


@pytest.fixture
def device(enrol: Enrol) -> EnrolledDevice:
    """A device without broker and repository."""
    return enrol(Enrolment(looks_for_models=False))


def test_update_scan_readings_and_status_without_a_broker(
    enrol: Enrol,
    repository: UpdateRepository,
    repository_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = repository.root_bytes
    device = enrol(Enrolment(repository=repository_url, root=root))
    digest = repository.publish(build_model_package())

    assert call(device, "update") == ExitCode.OK
    assert f"model: {digest}" in capsys.readouterr().out
    with running(device):
        drop(device.inbox, "A12")
        device.wait_for_scans(1)
    assert call(device, "readings", "--json") == ExitCode.OK
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (line["sample"], line["target"], line["model"]) == ("A12", TARGET, digest)
    assert call(device, "readings") == ExitCode.OK
    assert re.search(rf"A12 +{TARGET}", capsys.readouterr().out)
    assert call(device, "status", "--json") == ExitCode.OK
    status = json.loads(capsys.readouterr().out)
    assert (status["scans"], status["waiting"], status["model"]) == (1, 3, digest)
    assert (status["is_running"], status["inbox"]) == (False, 0)
    assert len(device.records("report")) == 1


def test_readings_since_a_number_are_the_newer_ones(
    device: EnrolledDevice, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(device, "readings", "--json", "--since-seq", "0") == ExitCode.OK

    assert capsys.readouterr().out == ""


def test_status_of_a_device_that_never_ran(
    device: EnrolledDevice, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(device, "status") == ExitCode.OK

    assert re.search(r"waiting +0", capsys.readouterr().out)


def test_table_of_labels_becomes_one_record_a_sample(
    device: EnrolledDevice, tmp_path: Path
) -> None:
    table = tmp_path / "labels.csv"
    rows = [
        f"A1,{TARGET},1.4,%",
        "A1,ph.h2o_usda.a268_index,6.1,pH",
        f"A2,{TARGET},2,%",
    ]
    table.write_text("\n".join(["sample,target,value,unit", *rows]))

    code = call(device, "label", "--file", str(table), "--laboratory", "Soil Lab")

    assert code == ExitCode.OK
    labels = device.records("label")
    assert [one.sample for one in labels if isinstance(one, LabelledSample)] == [
        "A1",
        "A2",
    ]
    assert {getattr(one, "laboratory", None) for one in labels} == {"Soil Lab"}


@pytest.mark.parametrize(
    "row",
    [
        f"A1,{TARGET},1.4,g/kg",
        f"A1,{TARGET},much,%",
        f"A1,{TARGET},nan,%",
        "A1,Unknown.Property,1.4,%",
        f"no spaces please,{TARGET},1.4,%",
        f"A1,{TARGET}",
    ],
)
def test_table_with_one_wrong_label_is_refused_as_a_whole(
    device: EnrolledDevice, tmp_path: Path, row: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "labels.csv"
    table.write_text(f"sample,target,value,unit\nA0,{TARGET},1.0,%\n{row}\n")

    code = call(device, "label", "--file", str(table))

    assert code == ExitCode.INPUT
    assert "label 2" in capsys.readouterr().err
    assert device.records("label") == []


def test_half_a_label_is_refused(device: EnrolledDevice) -> None:
    assert call(device, "label", "--sample", "A1") == ExitCode.INPUT


def test_update_without_a_repository_is_unreachable(
    enrol: Enrol, repository: UpdateRepository
) -> None:
    device = enrol(Enrolment(root=repository.root_bytes))

    assert call(device, "update", "--json") == ExitCode.UNREACHABLE


def test_refused_update_is_reported(
    enrol: Enrol, repository: UpdateRepository, repository_url: str
) -> None:
    root = repository.root_bytes
    device = enrol(Enrolment(repository=repository_url, root=root))
    repository.sign_timestamp_with_foreign_key()

    assert call(device, "update") == ExitCode.REFUSED

    (report,) = device.records("report")
    assert isinstance(report, UpdateReport)
    assert report.outcome == "refused"


def test_missing_settings_end_with_their_own_code(tmp_path: Path) -> None:
    words = ["status", "--settings", str(tmp_path / "none.toml")]

    assert main(words) == ExitCode.SETTINGS


def test_damaged_journal_ends_with_its_own_code(device: EnrolledDevice) -> None:
    (device.state / "journal.sqlite").write_bytes(b"no database " * 100)

    assert call(device, "status") == ExitCode.JOURNAL


def test_second_agent_on_one_state_folder_does_not_start(
    device: EnrolledDevice,
) -> None:
    with running(device):
        drop(device.inbox, "A12")
        device.wait_for_scans(1)

        command = [sys.executable, "-m", "edge_agent", "run"]
        settings = ["--settings", str(device.settings_path)]
        second = subprocess.run([*command, *settings], check=False, capture_output=True)

    assert second.returncode == ExitCode.ALREADY_RUNNING
    assert b"found another one running" in second.stderr


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_agent_that_is_told_to_stop_ends_in_order(
    device: EnrolledDevice, how: signal.Signals
) -> None:
    device.start()
    drop(device.inbox, "A12")
    device.wait_for_scans(1)

    assert device.end(how) == ExitCode.OK
    assert not (device.state / "health.json").exists()


def test_exit_codes_never_change_their_numbers() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "OK": 0,
        "UNEXPECTED": 1,
        "USAGE": 2,
        "SETTINGS": 3,
        "JOURNAL": 4,
        "REFUSED": 5,
        "UNREACHABLE": 6,
        "INPUT": 7,
        "ALREADY_RUNNING": 8,
        "PACKAGE": 9,
        "SCANS": 10,
        "OUTPUT": 11,
        "INTERRUPTED": 130,
        "READER_GONE": 141,
    }


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from edge_agent.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'numpy','msgspec','paho','tuf','ssl'} & sys.modules.keys()))"
    )

    output = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert all(command in output for command in COMMANDS)
    assert output.splitlines()[-1] == "[]"
