"""The season's figures as a person reads them in a terminal."""

from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from deploy.demo.season import Season
from protocols.units import unit_of
from trainer.evaluation.loop_report import StageResult


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
        caption="in 90 %: share of soils whose true value lies in the 90 % interval",
        title_justify="left",
        caption_justify="left",
    )
    columns = ("labels", f"RMSE {unit}", f"ME {unit}", "R²", "CCC")
    for name in (*columns, "in 90 %", f"width {unit}", "flagged"):
        table.add_column(name, justify="right")
    for stage in season.judged:
        table.add_row(*_cells(stage))
    return table


def _cells(stage: StageResult) -> tuple[str, ...]:
    agreement = stage.agreement
    return (
        str(stage.labels),
        f"{agreement.rmse:.3f}",
        f"{agreement.me:+.3f}",
        f"{agreement.r2:.2f}",
        f"{agreement.ccc:.2f}",
        f"{stage.coverage:.0%}",
        f"{stage.width:.2f}",
        f"{stage.is_flagged.mean():.0%}",
    )


def season_figures(season: Season) -> dict[str, object]:
    """Return the season's figures for a program."""
    return {
        "farm": season.order.farm,
        "target": season.farm.target,
        "unit": unit_of(season.farm.target),
        "seed": season.order.seed,
        "stages": [_figures(stage) for stage in season.judged],
        "odd_scans": [asdict(verdict) for verdict in season.odd_verdicts],
        "delivery": asdict(season.delivery),
        "report": str(season.order.report),
    }


def _figures(stage: StageResult) -> dict[str, object]:
    return {
        "labels": stage.labels,
        "model": stage.model_digest,
        **asdict(stage.agreement),
        "coverage": stage.coverage,
        "width": stage.width,
        "flagged": float(stage.is_flagged.mean()),
    }
