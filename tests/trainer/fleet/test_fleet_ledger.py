"""The ledger knows what is done, survives a cut line, and ends with one line a farm."""

from pathlib import Path

import msgspec

from trainer.fleet.farm_record import FarmRecord
from trainer.fleet.fleet_ledger import LEDGER, FleetLedger


def record(farm: str, inputs: str = "a", *, done: bool = True) -> FarmRecord:
    return FarmRecord(
        farm=farm,
        source=f"{farm}.csv",
        inputs=inputs,
        outcome="done" if done else "failed",
        seconds=1.0,
        package=f"{farm}.terroir" if done else None,
    )


def kept(folder: Path, *records: FarmRecord) -> FleetLedger:
    ledger = FleetLedger(folder)
    for one in records:
        if one.package:
            (folder / one.package).write_bytes(b"package")
        ledger.add(one)
    return ledger


def farms(folder: Path) -> list[str]:
    lines = (folder / LEDGER).read_bytes().splitlines()
    return [msgspec.json.decode(line, type=FarmRecord).farm for line in lines]


def test_a_farm_is_done_only_with_the_same_inputs_and_its_package(
    tmp_path: Path,
) -> None:
    kept(tmp_path, record("a"), record("b"), record("c", done=False))
    (tmp_path / "b.terroir").unlink()

    ledger = FleetLedger(tmp_path)

    assert ledger.has("a", "a")
    assert not ledger.has("a", "other")
    assert not ledger.has("b", "a")
    assert not ledger.has("c", "a")


def test_a_line_that_was_cut_off_costs_that_farm_alone(tmp_path: Path) -> None:
    kept(tmp_path, record("a"), record("b"))
    path = tmp_path / LEDGER
    path.write_bytes(path.read_bytes()[:-20])

    again = kept(tmp_path, record("c"))

    assert not again.has("b", "a")
    assert farms(tmp_path) == ["a", "c"]


def test_at_the_end_there_is_one_line_a_farm(tmp_path: Path) -> None:
    ledger = kept(tmp_path, record("b", done=False), record("a"), record("b"))

    ledger.close()

    assert farms(tmp_path) == ["a", "b"]
    assert FleetLedger(tmp_path).has("b", "a")
