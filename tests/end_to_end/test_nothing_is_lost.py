"""Whatever dies on the way, every scan is in the store, and there once."""

import random
import time
from contextlib import closing

import pytest

from deploy.processes import wait_until
from deploy.world import Device, World
from tests.end_to_end.worlds import (
    INSTRUMENT,
    drop_soils,
    start_agent_with_model,
    wait_until_delivered,
)
from tests.simulators.tcp_proxy import TcpProxy

SCANS = 40


def soils(prefix: str) -> list[str]:
    return [f"{prefix}-{number:03d}" for number in range(SCANS)]


def has_receipts(device: Device, count: int) -> bool:
    return bool(device.status()["receipted"] >= count)


def assert_everything_arrived_once(world: World, device: Device) -> None:
    counted = wait_until_delivered(world, device, scans=SCANS)
    assert counted.lost == 0
    assert counted.stored_twice == 0
    assert counted.sent == counted.receipted == counted.stored


@pytest.mark.parametrize("seed", [1, 2])
def test_agent_killed_again_and_again(world: World, seed: int) -> None:
    device = world.enrol(f"acme/killed-{seed}/scanner", INSTRUMENT)
    agent = start_agent_with_model(world, device)
    chance = random.Random(seed)  # noqa: S311 - when to kill, not a secret
    drop_soils(device, soils("killed"), seed)

    for _ in range(6):
        time_to_live_s = chance.uniform(0.1, 0.6)
        deadline = time.monotonic() + time_to_live_s
        wait_until(lambda: time.monotonic() > deadline, "its time", within_s=2)  # noqa: B023
        agent.kill()
        agent = world.start_agent(device)

    assert_everything_arrived_once(world, device)
    world.programs.stop(agent.name)


def test_broker_killed_while_records_are_on_their_way(world: World) -> None:
    device = world.enrol("acme/broker-dies/scanner", INSTRUMENT)
    agent = start_agent_with_model(world, device)
    drop_soils(device, soils("broker"), seed=3)
    wait_until(lambda: has_receipts(device, 5), "first receipts", within_s=30)

    world.programs.kill("broker")
    drop_soils(device, soils("offline"), seed=4)
    world.start_broker()

    counted = wait_until_delivered(world, device, scans=2 * SCANS)
    assert counted.lost == counted.stored_twice == 0
    assert counted.sent == counted.stored
    world.programs.stop(agent.name)


def test_network_cut_for_a_while(world: World) -> None:
    device = world.enrol("acme/cut-off/scanner", INSTRUMENT)
    with closing(TcpProxy(world.broker_port)) as proxy:
        text = device.settings.read_text(encoding="utf-8")
        through_proxy = text.replace(
            f"port = {world.broker_port}", f"port = {proxy.port}"
        )
        device.settings.write_text(through_proxy, encoding="utf-8")
        agent = start_agent_with_model(world, device)

        proxy.cut()
        drop_soils(device, soils("cut"), seed=5)
        wait_until(
            lambda: not any(device.inbox.glob("*.csv")),
            "scans to be taken without a network",
            within_s=30,
        )
        assert not has_receipts(device, SCANS)
        proxy.mend()

        assert_everything_arrived_once(world, device)
        world.programs.stop(agent.name)


def test_ingest_killed_while_records_arrive(world: World) -> None:
    device = world.enrol("acme/ingest-dies/scanner", INSTRUMENT)
    agent = start_agent_with_model(world, device)
    drop_soils(device, soils("ingest"), seed=6)
    wait_until(lambda: has_receipts(device, 3), "first receipts", within_s=30)

    world.programs.kill("ingest")
    world.start_ingest()

    assert_everything_arrived_once(world, device)
    world.programs.stop(agent.name)
