"""The committed copy of the broker's files is what the program makes."""

from pathlib import Path

from trainer.identity.broker_configuration import (
    REFERENCE,
    access_rules,
    mosquitto_configuration,
    write_configuration,
)

COPY = Path(__file__).parents[3] / "deploy" / "broker"


def test_committed_configuration_is_true() -> None:
    committed = (COPY / "mosquitto.conf").read_text()

    assert committed == mosquitto_configuration(REFERENCE), (
        "run: terroir broker configure --into deploy/broker"
    )


def test_committed_access_list_is_true() -> None:
    assert (COPY / "acl").read_text() == access_rules(), (
        "run: terroir broker configure --into deploy/broker"
    )


def test_configuration_is_written_beside_its_access_list(tmp_path: Path) -> None:
    path = write_configuration(REFERENCE, tmp_path / "broker")

    assert sorted(one.name for one in path.parent.iterdir()) == [
        "acl",
        "mosquitto.conf",
    ]
