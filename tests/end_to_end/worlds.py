"""What the end-to-end tests ask of a world: who lives in it, what reached the store."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from deploy.demo.delivery import Delivery, count_delivery
from deploy.demo.odd_scans import drop_scan
from deploy.processes import Program, Programs, wait_until
from deploy.world import CLOUD, Device, World, run_command

INSTRUMENT = "acme/field-1/0001"
LIBRARY_FARMS_LEFT_OUT = ("ssp-460", "sp-231", "sl-125")
WAVELENGTHS_NM = np.arange(400.0, 2501.0, 10.0)
DELIVERY_WITHIN_S = 60.0


@contextmanager
def running_cloud(folder: Path) -> Iterator[World]:
    """Run a whole cloud, with a small library, until the context ends."""
    with Programs(folder / "logs") as programs:
        world = World(folder, programs)
        world.make_cloud()
        library = folder / "library.parquet"
        leave_out = [
            part for farm in LIBRARY_FARMS_LEFT_OUT for part in ("--without", farm)
        ]
        import_limesoda = (*CLOUD, "library", "import", "limesoda", *leave_out)
        run_command(*import_limesoda, "--into", library)
        world.start_broker()
        world.start_repository()
        world.start_ingest()
        world.start_relocaliser(library)
        yield world


def drop_soils(device: Device, names: list[str], seed: int) -> None:
    """Put made scans with the shape of a soil's into the device's inbox."""
    random = np.random.default_rng(seed)
    device.inbox.mkdir(parents=True, exist_ok=True)
    for name in names:
        brightness, slope = random.uniform(0.15, 0.35), random.uniform(0.05, 0.15)
        curve = brightness + slope * np.tanh((WAVELENGTHS_NM - 900) / 500)
        water = 0.05 * np.exp(-(((WAVELENGTHS_NM - 1920) / 60) ** 2))
        noise = random.normal(0, 0.0005, WAVELENGTHS_NM.size)
        drop_scan(device.inbox, name, WAVELENGTHS_NM, curve - water + noise)


def wait_until_delivered(world: World, device: Device, scans: int) -> Delivery:
    """Wait until every scan was taken, journalled and receipted; count them all."""

    def is_delivered() -> bool:
        if any(device.inbox.glob("*.csv")):
            return False
        status = device.status()
        return bool(status["waiting"] == 0 and status["receipted"] >= scans)

    wait_until(
        is_delivered,
        f"{scans} scans to be receipted",
        within_s=DELIVERY_WITHIN_S,
        every_s=0.2,
    )
    return delivery(world, device)


def delivery(world: World, device: Device) -> Delivery:
    """Compare the device's journal with the store."""
    return count_delivery(device.journal, world.store_file)


def has_record(world: World, record: str) -> bool:
    """Return whether the store holds the record with this id."""
    address = f"file:{world.store_file}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as store:
        query = "SELECT count(*) FROM records WHERE id = ?"
        return bool(store.execute(query, (record,)).fetchone()[0])


def start_agent_with_model(world: World, device: Device) -> Program:
    """Start the agent and wait until it runs its farm's first model."""
    agent = world.start_agent(device)
    wait_until(
        lambda: device.status()["model"] is not None,
        "a first model",
        within_s=90,
        every_s=0.2,
        while_waiting=agent.check_alive,
    )
    return agent


def tree_digest(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
