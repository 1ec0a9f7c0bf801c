"""From labels in the store to a signed package and an order, with the real science."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
import pytest

from protocols.messages import UpdateOrder, Uplink
from protocols.model_package import read_package
from protocols.spectrum import pack, spectrum_of
from protocols.wavelength_grid import WavelengthGrid
from tests.protocols.sample_messages import birth_of, id_of, label_of, scan_of
from tests.trainer.cloud_world import Cloud
from tests.trainer.conftest import OpenDevice
from trainer.library.parquet_table import write_library
from trainer.library.spectral_library import SpectralLibrary
from trainer.store.database import open_database
from trainer.store.sample_store import Batch, SampleStore

DEVICE = "acme/home-farm/scanner-1"
TARGET = "oc_usda.c729_w.pct"
GRID = WavelengthGrid(first=400.0, step=20.0, bands=80)
LABELS = 12
WITHIN_S = 120


def soils(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return spectra that darken with carbon, and their carbon."""
    random = np.random.default_rng(seed)
    carbon = random.uniform(0.5, 4.0, count)
    slope = np.linspace(0.2, 0.5, GRID.bands)
    dip = np.exp(-(((GRID.positions() - 1400) / 200) ** 2))
    spectra = slope - 0.03 * carbon[:, None] * (1 + dip)
    noise = random.normal(0, 0.001, spectra.shape)
    return (spectra + noise).astype(np.float32), carbon


def write_small_library(path: Path) -> None:
    spectra, carbon = soils(90, seed=1)
    names = tuple(f"soil-{number}" for number in range(len(carbon)))
    library = SpectralLibrary(
        name="synthetic soils",
        licence="CC0",
        grid=GRID,
        targets=(TARGET,),
        soils=names,
        farms=tuple(f"farm-{number % 3}" for number in range(len(carbon))),
        spectra=spectra,
        values=carbon[:, None],
    )
    write_library(library, path)


def scans_and_labels() -> list[Uplink]:
    records: list[Uplink] = []
    spectra, carbon = soils(LABELS, seed=2)
    for number in range(LABELS):
        sample = f"S{number}"
        scan = scan_of(DEVICE, id_of(100 + number), sample)
        packed = pack(spectrum_of(GRID.positions(), spectra[number]))
        records.append(msgspec.structs.replace(scan, spectrum=packed))
        records.append(
            label_of(DEVICE, id_of(200 + number), sample, float(carbon[number]))
        )
    return records


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.parquet"
    write_small_library(path)
    return path


def test_labels_in_the_store_become_a_signed_package_and_an_order(
    cloud: Cloud, open_device: OpenDevice, library: Path
) -> None:
    device = open_device(DEVICE)
    engine = open_database(cloud.workspace.store_url)
    records = [birth_of(DEVICE), *scans_and_labels()]
    long_ago = datetime(2026, 5, 4, tzinfo=UTC)
    SampleStore(engine).commit(Batch(received_at=long_ago, records=records))
    engine.dispose()
    settings = ("--settings", str(cloud.workspace.root), "--library", str(library))

    done = subprocess.run(
        [sys.executable, "-m", "trainer", "relocalise", "--once", *settings],
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "published 1 models\n"), done.stderr
    order = device.next_message()
    assert isinstance(order, UpdateOrder)
    farm = cloud.workspace.repository / "targets" / "acme" / "home-farm"
    package = read_package(farm / f"{order.package}.model.terroir")
    assert package.digest == order.package
    assert package.soil.local_labels == LABELS
