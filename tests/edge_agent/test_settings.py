"""Settings: an enrolment's file, the environment, and refusals that name fields."""

from pathlib import Path

import pytest

from edge_agent.errors import SettingsError
from edge_agent.settings import read_settings
from tests.edge_agent.conftest import Enrol

BUNDLE = """\
address = "acme/home-farm/scanner-1"
[broker]
host = "127.0.0.1"
port = 8883
authority = "authority.pem"
certificate = "device.pem"
key = "device.key"
[updates]
metadata_url = "https://127.0.0.1:8443/metadata/"
targets_url = "https://127.0.0.1:8443/targets/"
trusted_root = "root.json"
check_interval_s = 3600.0
[instrument]
maker = "ASD"
model = "FieldSpec"
serial = "18140"
[folders]
inbox = "inbox"
state = "state"
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The settings of an enrolment."""
    path = tmp_path / "agent.toml"
    path.write_text(BUNDLE)
    return path


def test_bundle_is_read_with_paths_relative_to_its_folder(bundle: Path) -> None:
    settings = read_settings(bundle, {})

    assert str(settings.device) == "acme/home-farm/scanner-1"
    assert settings.broker.key == bundle.parent / "device.key"
    assert settings.journal_path == bundle.parent / "state" / "journal.sqlite"
    assert settings.outbox.in_flight == 64
    assert settings.spectrometer.serial == "18140"


def test_environment_overrides_the_file(bundle: Path) -> None:
    environment = {
        "TERROIR_EDGE_BROKER__PORT": "8884",
        "TERROIR_EDGE_LOG_LEVEL": "debug",
        "TERROIR_EDGE_OUTBOX__RECEIPT_TIMEOUT_S": "2.5",
        "HOME": "/nowhere",
    }

    settings = read_settings(bundle, environment)

    assert settings.broker.port == 8884
    assert settings.log_level == "debug"
    assert settings.outbox.receipt_timeout_s == 2.5


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('[broker]\ntypo = "x"', r"unknown field `typo`.*broker.typo = 'x'"),
        ("[broker]\nport = 0", r"broker.port = 0"),
        ('[broker]\nport = "8883"', r"Expected `int`.*broker.port = '8883'"),
        ("[predictor]\nidle_s = -1.0", r"predictor.idle_s = -1.0"),
        ('nonsense = "x"', r"unknown field `nonsense`.*nonsense = 'x'"),
        ('address = "Acme/Farm"', r"address: expected tenant/farm/device"),
    ],
)
def test_wrong_field_is_refused_with_name_and_value(
    bundle: Path, line: str, expected: str
) -> None:
    table, _, rest = line.rpartition("\n")
    key = rest.partition(" =")[0]
    kept = [one for one in BUNDLE.splitlines() if not one.startswith(key + " ")]
    at = kept.index(table) + 1 if table in kept else 0
    lines = [*kept[:at], rest, *kept[at:]] if table in kept else [*kept, table, rest]
    if not table:
        lines = [rest, *kept]
    bundle.write_text("\n".join(lines))

    with pytest.raises(SettingsError, match=expected):
        read_settings(bundle, {})


def test_unknown_environment_variable_is_refused(bundle: Path) -> None:
    with pytest.raises(SettingsError, match=r"broker\.prot = '1'"):
        read_settings(bundle, {"TERROIR_EDGE_BROKER__PROT": "1"})


def test_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="enrol the device or name its file"):
        read_settings(tmp_path / "none.toml", {})


def test_simulated_enrolment_is_readable(enrol: Enrol) -> None:
    assert enrol().settings.log_level == "debug"
