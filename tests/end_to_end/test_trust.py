"""What cannot be trusted is refused, and afterwards the device is as it was.

The repository is the real one behind its real server; a test spoils a file in it, lets
the device look for a model, and puts that file back.
"""

import shutil
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from deploy.processes import Programs, wait_until
from deploy.world import Device, World
from protocols.encoding import MSGPACK, encode
from protocols.identifiers import new_record_id
from protocols.messages import Instrument, ScanSample
from protocols.model_package import SUFFIX, build_package, read_package
from protocols.topics import topic_of
from tests.end_to_end.worlds import (
    INSTRUMENT,
    has_record,
    start_agent_with_model,
    tree_digest,
)
from trainer.publishing.model_repository import ModelRepository
from trainer.publishing.signing_keys import SigningKeys

TENANT, FARM = "acme", "trust"


@pytest.fixture(scope="module")
def device(world: World) -> Device:
    """Return a device that runs its farm's first model and is then at rest."""
    enrolled = world.enrol(f"{TENANT}/{FARM}/scanner", INSTRUMENT)
    agent = start_agent_with_model(world, enrolled)
    world.programs.stop(agent.name)
    return enrolled


@contextmanager
def instead_of(path: Path, other: Path) -> Iterator[None]:
    """Put `other` where `path` is, until the context ends."""
    aside = path.with_name(path.name + ".aside")
    path.rename(aside)
    other.rename(path)
    try:
        yield
    finally:
        path.rename(other)
        aside.rename(path)


def newer_package(device: Device) -> bytes:
    """Return the device's own package as if it had been made just now."""
    running = device.state / "packages" / f"{device.status()['model']}{SUFFIX}"
    package = read_package(running)
    manifest = msgspec.structs.replace(package.manifest, made_at=datetime.now(UTC))
    return build_package(manifest, package.members)


def publish(world: World, package: bytes) -> str:
    signing_keys = SigningKeys(world.signing_keys)
    return ModelRepository(world.repository, signing_keys).publish(
        TENANT, FARM, package
    )


def models_of(device: Device) -> dict[str, str]:
    """Return every file the device predicts from."""
    files = tree_digest(device.state)
    return {
        name: one for name, one in files.items() if "active" in name or SUFFIX in name
    }


def assert_refused(device: Device, before: dict[str, str]) -> None:
    outcome = device.update()
    assert outcome["outcome"] == "refused", outcome
    assert models_of(device) == before


def test_good_package_is_taken(world: World, device: Device) -> None:
    digest = publish(world, newer_package(device))

    outcome = device.update()

    assert (outcome["outcome"], outcome["running"]) == ("activated", digest)


def test_tampered_package_is_refused(
    world: World, device: Device, tmp_path: Path
) -> None:
    before = models_of(device)
    digest = publish(world, newer_package(device))
    target = world.repository / "targets" / TENANT / FARM / f"{digest}.model{SUFFIX}"
    tampered = bytearray(target.read_bytes())
    tampered[len(tampered) // 2] ^= 1
    (tmp_path / "tampered").write_bytes(tampered)

    with instead_of(target, tmp_path / "tampered"):
        assert_refused(device, before)


def test_rolled_back_timestamp_is_refused(
    world: World, device: Device, tmp_path: Path
) -> None:
    timestamp = world.repository / "metadata" / "timestamp.json"
    shutil.copy(timestamp, tmp_path / "old.json")
    publish(world, newer_package(device))
    assert device.update()["outcome"] == "activated"
    before = models_of(device)

    with instead_of(timestamp, tmp_path / "old.json"):
        assert_refused(device, before)


def test_metadata_signed_by_a_foreign_key_is_refused(
    world: World, device: Device, tmp_path: Path
) -> None:
    before = models_of(device)
    with Programs(tmp_path / "logs") as programs:
        foreign = World(tmp_path / "foreign", programs)
        foreign.make_cloud()
    publish(foreign, newer_package(device))

    with instead_of(world.repository, foreign.repository):
        assert_refused(device, before)


def test_device_cannot_write_on_another_farms_topic(world: World) -> None:
    intruder = world.enrol("acme/other-farm/scanner", INSTRUMENT)
    own = scan_of("other-farm")
    foreign = replace_farm(own, FARM)

    publish_as(world, intruder, [foreign, own])

    wait_until(
        lambda: has_record(world, own.id), "its own record to arrive", within_s=20
    )
    assert not has_record(world, foreign.id)


def scan_of(farm: str) -> ScanSample:
    return ScanSample(
        id=new_record_id(0),
        at=datetime.now(UTC),
        tenant=TENANT,
        farm=farm,
        device="scanner",
        sample="intruder-1",
        instrument=Instrument(maker="acme", model="field-1", serial="0001"),
        refusal="only here to be seen",
    )


def replace_farm(scan: ScanSample, farm: str) -> ScanSample:
    return msgspec.structs.replace(scan, id=new_record_id(1), farm=farm)


def publish_as(world: World, device: Device, scans: list[ScanSample]) -> None:
    """Publish with a device's certificate, in order, and wait until all were sent."""
    folder = device.settings.parent
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.tls_set(
        str(folder / "authority.pem"),
        str(folder / "device.pem"),
        str(folder / "device.key"),
        tls_version=ssl.PROTOCOL_TLS_CLIENT,
    )
    client.connect("127.0.0.1", world.broker_port)
    client.loop_start()
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho
    properties.ContentType = MSGPACK
    for scan in scans:
        topic = str(topic_of(scan))
        client.publish(topic, encode(scan), 1, properties=properties).wait_for_publish(
            10
        )
    client.disconnect()
    client.loop_stop()
