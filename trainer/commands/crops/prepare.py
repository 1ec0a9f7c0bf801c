"""`terroir crops prepare`: from observations and labels to series of places."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar
from rich.table import Table

from protocols.observation_rule import Choice
from trainer.commands.options import AsJson
from trainer.crops.preparation.area_of_interest import read_area
from trainer.crops.preparation.class_definition import (
    MAIN_CROPS,
    cropland_data_layer,
    read_definition,
    read_legend,
)
from trainer.crops.preparation.preparation import (
    Preparation,
    Progress,
    Resources,
    Watch,
    prepare,
)
from trainer.crops.preparation.preparation_order import (
    FilterOrder,
    Offset,
    PreparationOrder,
    RadarUnit,
    Season,
    Unit,
    UnitOrder,
)
from trainer.crops.preparation.query_engine import EngineName
from trainer.crops.series.series_folder import SeriesManifest
from trainer.exit_codes import ExitCode

app = typer.Typer(add_completion=False)

SEASON, FILTERS, RESOURCES = Season(), FilterOrder(), Resources()
KEPT_SCENES = ",".join(map(str, FILTERS.scene_classes))

Observations = Annotated[
    str, typer.Argument(help="Parquet of observations: a file or folder, or s3://...")
]
Labels = Annotated[
    list[str] | None,
    typer.Option(
        help="A raster of a year, as 2021=cdl.tif, for each year; or one table."
    ),
]
Area = Annotated[
    str | None, typer.Option(help="west,south,east,north or a GeoJSON file: keep that.")
]
SceneClasses = Annotated[
    str, typer.Option(help="Scene classes that are kept, as 4,5,6.")
]


@app.command()
def prepare_series(  # noqa: PLR0913 - one parameter an option, read by Typer
    *,
    observations: Observations,
    into: Annotated[Path, typer.Option(help="The folder of series to make.")],
    labels: Labels = None,
    classes: Annotated[
        str, typer.Option(help="Which codes are which class: a name or a YAML file.")
    ] = MAIN_CROPS,
    legend: Annotated[
        Path | None, typer.Option(help="What codes mean; the CDL's if left out.")
    ] = None,
    first_day: Annotated[
        int, typer.Option(help="Of the season, from 1 January as day 0.")
    ] = SEASON.first_day,
    steps: Annotated[
        int, typer.Option(min=1, help="Buckets in the season.")
    ] = SEASON.steps,
    bucket_days: Annotated[
        int, typer.Option(min=1, help="Days in a bucket.")
    ] = SEASON.bucket_days,
    choice: Annotated[
        Choice, typer.Option(help="Which observation stands for a bucket.")
    ] = SEASON.choice,
    scene_classes: SceneClasses = KEPT_SCENES,
    most_cloud: Annotated[
        float, typer.Option(min=0, max=100, help="Highest cloud probability, percent.")
    ] = FILTERS.most_cloud,
    area: Area = None,
    crops_only: Annotated[
        bool, typer.Option("--crops-only", help="Leave out land without crops.")
    ] = FILTERS.crops_only,
    least_purity: Annotated[
        float, typer.Option(min=0, max=1, help="Lowest purity of a label.")
    ] = FILTERS.least_purity,
    double_crops: Annotated[
        bool, typer.Option("--double-crops", help="Keep two crops in a year.")
    ] = FILTERS.double_crops,
    least_observations: Annotated[
        int, typer.Option(min=1, help="Fewest observations of a place.")
    ] = FILTERS.least_observations,
    unit: Annotated[
        Unit | None, typer.Option(help="Of Sentinel-2; recognised if left out.")
    ] = None,
    offset: Annotated[
        Offset | None,
        typer.Option(help="Where 1000 is taken off: needed for dates since 2022."),
    ] = None,
    radar_unit: Annotated[
        RadarUnit | None, typer.Option(help="Of Sentinel-1; recognised if left out.")
    ] = None,
    engine: Annotated[
        EngineName, typer.Option(help="Where it runs; the series are the same.")
    ] = RESOURCES.engine,
    memory: Annotated[
        int, typer.Option(min=64, help="MB for the engine; more goes to disk.")
    ] = RESOURCES.memory_mb,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Of the processor; all if left out.")
    ] = None,
    part_mb: Annotated[
        int, typer.Option(min=1, help="MB of files prepared together.")
    ] = RESOURCES.part_mb,
    as_json: AsJson = False,
) -> None:
    """Choose, filter and bucket observations; go on where a stopped run was."""
    order = PreparationOrder(
        observations=observations,
        labels=tuple(labels or ()),
        classes=read_definition(classes),
        season=Season(
            first_day=first_day, bucket_days=bucket_days, steps=steps, choice=choice
        ),
        filters=FilterOrder(
            scene_classes=_numbers(scene_classes),
            most_cloud=most_cloud,
            area=read_area(area) if area else (),
            crops_only=crops_only,
            least_purity=least_purity,
            double_crops=double_crops,
            least_observations=least_observations,
        ),
        units=UnitOrder(unit=unit, offset=offset, radar=radar_unit),
    )
    codes = read_legend(legend) if legend else cropland_data_layer()
    resources = Resources(engine, memory, threads, part_mb)
    with _stopping_kindly(), _progress() as watch:
        made = prepare(Preparation(order, codes, into), resources, watch)
    _print(made, into, as_json)


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(sorted({int(one) for one in text.split(",")}))
    except ValueError as error:
        raise typer.BadParameter(
            f"expected scene classes such as 4,5,6, found {text}",
            param_hint="--scene-classes",
        ) from error


@contextmanager
def _stopping_kindly() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("stopped; run the same command again to go on", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None


@contextmanager
def _progress() -> Iterator[Watch]:
    """Show on standard error how far it is."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    times = (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Bar(*columns, *times, console=Console(stderr=True)) as bar:
        task = bar.add_task("looking at the observations", total=None)

        def watch(now: Progress) -> None:
            told = f"parts, {now.places:,} places so far"
            bar.update(task, completed=now.parts, total=now.of, description=told)

        yield watch


def _print(made: SeriesManifest, into: Path, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode(made).decode())
        return
    for finding in made.findings:
        typer.echo(finding)
    table = Table("left out", "of", "because")
    for one in made.counts:
        table.add_row(f"{one.left_out:,}", one.kind, one.name)
    Console().print(table)
    grid = made.grid
    typer.echo(
        f"{made.places:,} places, {grid.steps} buckets of {grid.bucket_days} days, "
        f"{len(grid.channels)} channels, {len(made.legend)} classes: {into}"
    )
