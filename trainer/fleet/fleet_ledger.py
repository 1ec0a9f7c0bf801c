"""`fleet.jsonl`: one line a farm, kept while a fleet is localised, to go on from.

A line is written as soon as its farm is finished, and counts only if it is whole: a run
that was stopped in the middle of a line has lost that farm alone. When a run ends, the
file holds each farm's last line, in the order of their names.
"""

from pathlib import Path

import msgspec

from trainer.durable_files import write_durably
from trainer.fleet.farm_record import FarmRecord

LEDGER = "fleet.jsonl"


class FleetLedger:
    """The records of a folder of packages."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._path = folder, folder / LEDGER
        self._records = dict(_read(self._path))
        self.close()  # a line that was cut off would spoil the next

    def has(self, farm: str, inputs: str) -> bool:
        """Return whether the farm's package is there and follows from `inputs`."""
        found = self._records.get(farm)
        if found is None or not found.is_done or found.inputs != inputs:
            return False
        return found.package is not None and (self._folder / found.package).is_file()

    def add(self, record: FarmRecord) -> None:
        """Keep what became of a farm."""
        self._records[record.farm] = record
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(record) + b"\n")

    def close(self) -> None:
        """Leave one line a farm."""
        lines = (msgspec.json.encode(one) for _, one in sorted(self._records.items()))
        write_durably(self._path, b"".join(line + b"\n" for line in lines))


def _read(path: Path) -> list[tuple[str, FarmRecord]]:
    if not path.is_file():
        return []
    found = []
    for line in path.read_bytes().splitlines():
        try:
            record = msgspec.json.decode(line, type=FarmRecord)
        except msgspec.DecodeError:
            continue  # cut off by a stop, or of another version: made anew
        found.append((record.farm, record))
    return found
