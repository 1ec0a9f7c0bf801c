"""A fleet is localised once, whatever its farms are like and wherever they run."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from protocols.model_package import digest_of, read_package
from tests.trainer.fleet.made_fleet import (
    KILLER,
    chunk_with_killer,
    made_work,
    write_farm,
)
from tests.trainer.localisation.made_soils import CARBON, made_farm
from trainer.engine.engine import EngineChoice
from trainer.fleet import fleet_run
from trainer.fleet.farm_reading import read_farm
from trainer.fleet.farm_record import FarmRecord
from trainer.fleet.farm_sources import farms_of
from trainer.fleet.fleet_chunk import FleetWork
from trainer.fleet.fleet_ledger import LEDGER
from trainer.fleet.fleet_run import FleetTotals, localise_fleet
from trainer.fleet.single_farm import localise_farm, task_of

ALONE, TWO = EngineChoice(), EngineChoice(at_once=2)
WORK = made_work()


def untold(record: FarmRecord | None) -> None:
    del record


def run(farms: Path, out: Path, engine: EngineChoice = ALONE) -> FleetTotals:
    return localise_fleet(FleetWork(WORK, out), farms_of(farms), engine, untold)


def records(out: Path) -> dict[str, FarmRecord]:
    lines = (out / LEDGER).read_bytes().splitlines()
    found = [msgspec.json.decode(line, type=FarmRecord) for line in lines]
    return {one.farm: one for one in found}


def written(out: Path) -> dict[str, int]:
    """Return when each package was put into the folder."""
    return {path.name: path.stat().st_mtime_ns for path in out.glob("*.terroir")}


@pytest.fixture(scope="module")
def farms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write farms of all kinds that are met."""
    folder = tmp_path_factory.mktemp("farms")
    write_farm(folder / "north" / "good.csv", 12)
    write_farm(folder / "one.csv", 1, start=3)
    write_farm(folder / "none.csv", 3, values=np.full(3, np.nan))
    write_farm(folder / "constant.csv", 6, values=np.full(6, 2.0))
    write_farm(folder / "gkg.csv", 12, values=made_farm(12).values[:, 0] * 10)
    write_farm(folder / "percent.csv", 6, factor=100.0)
    write_farm(folder / "twice.csv", 4, samples=("x", "x", "y", "z"))
    (folder / "garbage.csv").write_bytes(b"\x00\x01,?\n1,2\n")
    return folder


@pytest.fixture(scope="module")
def out(farms: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    assert run(farms, folder) == FleetTotals(done=5, reused=0, failed=3)
    return folder


def test_bad_farms_are_told_by_name_and_stop_no_other(out: Path) -> None:
    found = records(out)

    assert {name for name, one in found.items() if not one.is_done} == {
        "percent",
        "twice",
        "garbage",
    }
    assert "expected fraction" in str(found["percent"].reason)
    assert "one value of" in str(found["twice"].reason)
    assert "fleet_chunk" in str(found["garbage"].traceback)


def test_every_package_is_what_its_record_says(out: Path) -> None:
    for name, record in records(out).items():
        if record.is_done:
            path = out / f"{name}.terroir"
            assert record.digest == digest_of(path.read_bytes())
            assert read_package(path).manifest.farm == name


def test_farms_with_too_little_to_learn_from_are_warned_of(out: Path) -> None:
    found = records(out)

    assert found["none"].targets[0].labels == 0
    assert "no soil of this farm has a value" in found["none"].warnings[0]
    assert found["one"].targets[0].labels == 1
    assert f"all 6 values of {CARBON} are 2" in found["constant"].warnings[0]
    assert "look like g/kg" in found["gkg"].warnings[0]
    assert found["north-good"].warnings == ()


def test_nothing_is_done_twice_but_what_failed(farms: Path, out: Path) -> None:
    before = written(out)

    totals = run(farms, out)

    assert totals == FleetTotals(done=0, reused=5, failed=3)
    assert written(out) == before


def test_new_labels_are_localised_anew(tmp_path: Path) -> None:
    path = write_farm(tmp_path / "farms" / "a.csv", 4)
    run(tmp_path / "farms", tmp_path / "out")
    write_farm(path, 5)

    totals = run(tmp_path / "farms", tmp_path / "out")

    assert totals == FleetTotals(done=1, reused=0, failed=0)
    assert records(tmp_path / "out")["a"].targets[0].labels == 5


def test_a_farm_in_another_process_is_the_farm_in_this_one(tmp_path: Path) -> None:
    first = write_farm(tmp_path / "farms" / "a.csv", 5)

    task = task_of(WORK, first, "a", tmp_path / "a.terroir")
    read = read_farm(first, WORK.knowledge.grid, WORK.knowledge.targets)
    alone, _ = localise_farm(WORK, task, read, tmp_path / "a.terroir")
    run(tmp_path / "farms", tmp_path / "out", TWO)

    found = records(tmp_path / "out")["a"]
    assert found.digest == alone.digest
    assert found.targets == alone.targets


def test_a_chunk_that_is_lost_costs_only_the_farm_that_lost_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", KILLER):
        write_farm(tmp_path / "farms" / f"{name}.csv", 1)
    monkeypatch.setattr(fleet_run, "do_chunk", chunk_with_killer)
    monkeypatch.setattr(fleet_run, "CHUNKS_A_WORKER", 1)

    totals = run(tmp_path / "farms", tmp_path / "out")

    assert totals == FleetTotals(done=2, reused=0, failed=1)
    reason = records(tmp_path / "out")[KILLER].reason
    assert reason == "MemoryError: no room for this farm"
