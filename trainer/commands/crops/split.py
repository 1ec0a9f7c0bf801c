"""`terroir crops split`: hold back years, boxes of land, or both."""

from pathlib import Path
from typing import Annotated

import typer

from trainer.crops.preparation.preparation_state import check_is_new
from trainer.crops.series.series_folder import open_series_folder, write_part_folder
from trainer.crops.series.series_split import PARTS, SplitOrder, split_places

app = typer.Typer(add_completion=False)

NONE = SplitOrder()


@app.command()
def split_series(  # noqa: PLR0913 - one parameter an option, read by Typer
    *,
    series: Annotated[Path, typer.Argument(help="A folder of prepared series.")],
    into: Annotated[Path, typer.Option(help="Where train, validation and test go.")],
    train_years: Annotated[
        list[int] | None, typer.Option(help="May be repeated.")
    ] = None,
    validation_years: Annotated[
        list[int] | None, typer.Option(help="May be repeated.")
    ] = None,
    test_years: Annotated[
        list[int] | None, typer.Option(help="May be repeated.")
    ] = None,
    validation_share: Annotated[
        float, typer.Option(min=0, max=0.9, help="Of the boxes.")
    ] = NONE.validation_share,
    test_share: Annotated[
        float, typer.Option(min=0, max=0.9, help="Of the boxes.")
    ] = NONE.test_share,
    seed: Annotated[int, typer.Option(min=0, help="Of the dealt boxes.")] = NONE.seed,
) -> None:
    """Split series so that no year, box or place stands on both sides."""
    order = SplitOrder(
        train_years=tuple(train_years or ()),
        validation_years=tuple(validation_years or ()),
        test_years=tuple(test_years or ()),
        validation_share=validation_share,
        test_share=test_share,
        seed=seed,
    )
    check_is_new(into)
    split = split_places(open_series_folder(series).places, order)
    for name in PARTS:
        rows = split.parts[name]
        if len(rows):
            write_part_folder(series, rows, into / name)
        typer.echo(f"{name}: {len(rows):,} places")
