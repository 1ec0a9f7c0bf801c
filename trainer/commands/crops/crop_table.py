"""Which commands `terroir crops` has; each loads its own module when it is run."""

import typer

from trainer.commands.command_table import CommandTable, Entry

CROP_TABLE: dict[str, Entry] = {
    "prepare": Entry("crops.prepare", "Make series of places from observations."),
    "split": Entry("crops.split", "Hold back years, boxes of land, or both."),
    "relabel": Entry("crops.relabel", "Try other classes on the same series."),
    "evaluate": Entry("crops.evaluate", "Judge a model date by date of the season."),
    "predict": Entry("crops.predict", "Tell crops of series, from Parquet to Parquet."),
    "fields": Entry("crops.fields", "Tell each field's crop, and each crop's area."),
    "map": Entry("crops.map", "Draw all dates: GeoTIFF, GeoParquet and a page."),
    "export": Entry("crops.export", "Make a package that gateways ask about fields."),
    "pretrain": Entry("crops.pretrain", "Teach an encoder what series look like."),
    "train": Entry("crops.train", "Train a model that tells crops."),
    "demo": Entry("crops.demo", "Go from made imagery to a map in one go."),
}


class CropTable(CommandTable):
    """The group that looks crop commands up in their table."""

    table = CROP_TABLE


app = typer.Typer(
    name="crops",
    cls=CropTable,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def crops() -> None:
    """Tell crops from satellite series: prepare, train, judge in season, map."""
