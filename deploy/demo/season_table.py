"""The season's figures as a person reads them in a terminal."""

from rich.console import Console
from rich.table import Table

from deploy.demo.judged_stage import JudgedStage
from deploy.demo.season import Season
from protocols.units import unit_of


def print_season(season: Season, console: Console) -> None:
    """Print the table, the odd scans, the delivery and where the report is."""
    console.print()
    console.print(_stages(season))
    for verdict in season.odd_verdicts:
        console.print(f"{verdict.sample:>18}  {verdict}", markup=False)
    count = season.delivery
    console.print(
        f"\n[bold]{count.sent}[/bold] records sent, "
        f"[bold]{count.receipted}[/bold] receipted, {count.rejected} rejected, "
        f"{count.stored_twice} twice, [bold]{count.lost}[/bold] lost"
    )
    console.print(f"report: {season.order.report}", markup=False, soft_wrap=True)


def _stages(season: Season) -> Table:
    unit = unit_of(season.farm.target)
    soils = season.judged[0].agreement.n
    table = Table(
        title=f"{season.order.farm}: {season.farm.target}, judged on {soils} soils "
        "that were never labelled",
        title_justify="left",
    )
    columns = ("labels", f"RMSE {unit}", f"ME {unit}", "R²", "CCC")
    for name in (*columns, "90 % interval holds", f"its width {unit}", "flagged"):
        table.add_column(name, justify="right")
    for stage in season.judged:
        table.add_row(*_cells(stage))
    return table


def _cells(stage: JudgedStage) -> tuple[str, ...]:
    agreement = stage.agreement
    return (
        str(stage.labels),
        f"{agreement.rmse:.3f}",
        f"{agreement.me:+.3f}",
        f"{agreement.r2:.2f}",
        f"{agreement.ccc:.2f}",
        f"{stage.coverage:.0%}",
        f"{stage.mean_width:.2f}",
        f"{stage.flagged:.0%}",
    )
