"""How a fleet is shown while it is localised, and what is said in the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from trainer.commands.fit_progress import progress_bar
from trainer.fleet.farm_record import FarmRecord
from trainer.fleet.fleet_ledger import LEDGER
from trainer.fleet.fleet_run import FleetTotals, Told


def print_totals(totals: FleetTotals, out: Path) -> None:
    """Say how many farms have a package, and where the records are."""
    Console().print(
        f"{totals.done} farms localised, {totals.reused} done before, {totals.failed} "
        f"failed; a record of each is in {out / LEDGER}",
        highlight=False,
        soft_wrap=True,
    )


@contextmanager
def fleet_progress(farms: int) -> Iterator[Told]:
    """Show on standard error what is done, how long the rest takes, what failed."""
    bar = progress_bar()
    with bar:
        task = bar.add_task("farms", total=farms)

        def tell(record: FarmRecord | None) -> None:
            bar.advance(task)
            if record is not None and not record.is_done:
                line = f"{record.source}: {record.reason}"
                bar.console.print(line, markup=False, style="red", soft_wrap=True)

        yield tell
