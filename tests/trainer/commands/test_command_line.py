"""Commands say what they did, or in one sentence why not, and end with a number."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from protocols.asyncapi import asyncapi_document
from protocols.errors import MessageError
from tests.help_pages import help_pages
from tests.trainer.commands.terroir_command import terroir
from trainer import errors, exit_codes
from trainer.commands.command_table import TABLE
from trainer.commands.crops.crop_table import CROP_TABLE
from trainer.errors import TerroirError
from trainer.exit_codes import ExitCode, exit_code_of


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cloud") / "acme"
    made = terroir("init", folder, "--broker-port", 18883, "--updates-port", 18443)
    assert made.returncode == ExitCode.DONE, made.stderr
    return folder


def test_help_lists_every_command_and_loads_none() -> None:
    program = (
        "import sys; from trainer.__main__ import main\n"
        "sys.argv = ['terroir', '--help']\n"
        "try: main()\n"
        "finally: print('torch' in sys.modules, 'sqlalchemy' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert [name for name in TABLE if name not in done.stdout] == []
    assert done.stdout.endswith("False False\n")


def test_every_command_has_a_page_of_help() -> None:
    crops = [["crops", name] for name in CROP_TABLE]
    commands = [*([name] for name in TABLE), *crops]

    pages = help_pages("terroir", commands)

    for words, (code, page) in zip(commands, pages, strict=True):
        assert code == ExitCode.DONE, page
        assert f"terroir {' '.join(words)}" in str(page)


def test_unknown_command_is_a_usage_error() -> None:
    assert terroir("relocate").returncode == ExitCode.USAGE


def test_workspace_is_not_made_twice(cloud: Path) -> None:
    before = (cloud / "cloud.toml").read_bytes()

    done = terroir("init", cloud)

    assert done.returncode == ExitCode.WORKSPACE
    assert done.stderr == (
        f"terroir: expected no workspace in {cloud}, found {cloud}/cloud.toml; "
        "choose another folder\n"
    )
    assert (cloud / "cloud.toml").read_bytes() == before


def test_device_is_enrolled(cloud: Path, tmp_path: Path) -> None:
    done = terroir(
        *("device", "enrol", "acme/home-farm/scanner-1", "--settings", cloud),
        *("--into", tmp_path / "bundle", "--instrument", "Spectro/S-350/0042"),
    )

    assert done.returncode == ExitCode.DONE, done.stderr
    assert (tmp_path / "bundle" / "agent.toml").is_file()


def test_device_with_a_wildcard_in_its_name_is_not_enrolled(
    cloud: Path, tmp_path: Path
) -> None:
    into = tmp_path / "bundle"

    done = terroir(
        "device", "enrol", "acme/+/scanner-1", "--settings", cloud, "--into", into
    )

    assert done.returncode == ExitCode.PROTOCOL
    assert done.stderr.startswith("terroir: expected 1 to 20 of a-z")
    assert not into.exists()


def test_missing_settings_end_with_their_number(tmp_path: Path) -> None:
    done = terroir("store", "show", "--settings", tmp_path / "cloud.toml")

    assert done.returncode == ExitCode.SETTINGS
    assert "terroir init" in done.stderr


def test_empty_store_is_shown(cloud: Path) -> None:
    shown = terroir("store", "show", "--settings", cloud, "--json")

    assert json.loads(shown.stdout) == {
        "records": [],
        "quarantine": [],
        "publications": [],
    }
    assert "Publications" in terroir("store", "show", "--settings", cloud).stdout


def test_empty_repository_is_shown_and_fresh(cloud: Path) -> None:
    shown = json.loads(
        terroir("repository", "show", "--settings", cloud, "--json").stdout
    )

    assert shown["published"] == {}
    assert set(shown["expires"]) == {"root", "targets", "snapshot", "timestamp"}
    refreshed = terroir("repository", "refresh", "--settings", cloud)
    assert refreshed.stdout == "signed 0 files anew\n"


def test_broker_files_are_printed_or_written(tmp_path: Path) -> None:
    printed = terroir("broker", "configure", "--print", "--port", 1234)
    terroir("broker", "configure", "--into", tmp_path, "--port", 1234)

    assert "listener 1234\n" in printed.stdout
    assert (tmp_path / "mosquitto.conf").read_text() in printed.stdout
    assert terroir("broker", "configure").returncode == ExitCode.WORKSPACE


def test_protocol_is_printed_as_yaml_and_json() -> None:
    document = json.loads(json.dumps(asyncapi_document()))

    assert yaml.safe_load(terroir("protocol").stdout) == document
    assert json.loads(terroir("protocol", "--json").stdout) == document


def test_every_exit_code_is_in_the_table() -> None:
    table = exit_codes.__doc__ or ""

    numbers = [line.split("|")[1].strip() for line in table.splitlines()[4:] if line]

    assert [int(number) for number in numbers if number.isdigit()] == list(ExitCode)


def test_every_error_has_an_exit_code_and_a_place_in_the_tree() -> None:
    found = [one for one in vars(errors).values() if isinstance(one, type)]

    for error in found:
        assert exit_code_of(error("x")) != ExitCode.DEFECT
        assert error.__name__ in (errors.__doc__ or "")


def test_errors_of_the_agreement_and_defects_have_their_numbers() -> None:
    assert exit_code_of(MessageError("x")) == ExitCode.PROTOCOL
    assert exit_code_of(TerroirError("x")) == ExitCode.REFUSED
    assert exit_code_of(ZeroDivisionError()) == ExitCode.DEFECT
