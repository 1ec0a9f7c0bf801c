"""`terroir crops relabel`: try other classes on the same series."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from trainer.crops.preparation.class_definition import read_definition
from trainer.crops.preparation.label_experiment import write_relabelled

app = typer.Typer(add_completion=False)


@app.command()
def relabel_series(
    series: Annotated[Path, typer.Argument(help="A folder of prepared series.")],
    classes: Annotated[
        str, typer.Option(help="Which codes are which class: a name or a YAML file.")
    ],
    into: Annotated[Path, typer.Option(help="The folder of series to make.")],
    until_day: Annotated[
        int | None, typer.Option(help="Cut the season after this day of the year.")
    ] = None,
) -> None:
    """Label series anew from the codes that were kept, and prepare nothing again."""
    made = write_relabelled(series, read_definition(classes), until_day, into)
    for number, name in enumerate(made.legend):
        typer.echo(f"{name}: {int(np.sum(made.places.labels == number)):,} places")
    typer.echo(f"{len(made):,} places, {made.grid.steps} buckets: {into}")
