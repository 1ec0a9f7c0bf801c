"""A real store and repository around a relocaliser, with a light fit."""

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from protocols.identifiers import DeviceAddress
from protocols.messages import Uplink
from protocols.wavelength_grid import WavelengthGrid
from tests.protocols.sample_packages import GRID, TARGET, sample_package
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.package.farm_package import PackageOrder
from trainer.publishing.model_repository import ModelRepository
from trainer.publishing.signing_keys import SigningKeys
from trainer.relocaliser.relocaliser import Relocaliser, Surroundings
from trainer.settings import RelocaliserSettings
from trainer.store.database import open_database
from trainer.store.publication_log import PublicationLog
from trainer.store.sample_store import Batch, SampleStore


class LightFitter:
    """Packs the number of labels into the card, and fails where it is told to."""

    def __init__(self) -> None:
        self.grid: WavelengthGrid = GRID
        self.targets: tuple[str, ...] = (TARGET,)
        self.fails_for: set[str] = set()
        self.fitted: list[tuple[PackageOrder, FarmSoils]] = []

    def fit(self, farm: FarmSoils, order: PackageOrder) -> bytes:
        """Return a small package of the farm."""
        if order.farm in self.fails_for:
            raise ValueError(f"{order.farm} does not fit")
        self.fitted.append((order, farm))
        card = f"{len(farm.samples)} labels".encode()
        return sample_package(order.tenant, order.farm, card)


class OrderBook:
    """Writes orders down instead of sending them."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, str, str]] = []
        self.fails_once = False

    def send(self, device: DeviceAddress, package: str, reason: str) -> None:
        """Write the order down, unless it is to fail."""
        if self.fails_once:
            self.fails_once = False
            raise OSError("no broker")
        self.orders.append((str(device), package, reason))


class Farmyard:
    """Everything that a relocaliser works on, and a clock to turn."""

    def __init__(self, engine: Engine, repository: ModelRepository) -> None:
        self.now = datetime(2026, 5, 4, 12, tzinfo=UTC)
        self.samples = SampleStore(engine)
        self.log = PublicationLog(engine)
        self.repository = repository
        self.fitter = LightFitter()
        self.book = OrderBook()
        around = Surroundings(
            engine, self.fitter, repository, self.book, lambda: self.now
        )
        settings = RelocaliserSettings(
            quiet_s=2.0, max_wait_s=10.0, check_interval_s=0.01
        )
        self.relocaliser = Relocaliser(around, settings)

    def receive(self, *records: Uplink) -> None:
        """Commit records as ingest does."""
        self.samples.commit(Batch(received_at=self.now, records=records))

    def pass_after(self, seconds: float = 0) -> int:
        """Let time pass, then let the relocaliser look once."""
        self.now += timedelta(seconds=seconds)
        return self.relocaliser.run_once(threading.Event())


@pytest.fixture
def yard(new_repository: Path, tmp_path: Path) -> Iterator[Farmyard]:
    shutil.copytree(new_repository, tmp_path, dirs_exist_ok=True)
    keys = SigningKeys(tmp_path / "keys")
    engine = open_database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield Farmyard(engine, ModelRepository(tmp_path / "repository", keys))
    engine.dispose()
