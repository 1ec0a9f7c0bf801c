"""The page about a crop model that a person reads, written from its manifest."""

from pathlib import Path

from protocols.crop_manifest import CropManifest
from trainer.crops.model.model_folder import ClassFigures
from trainer.crops.prediction.season_day import day_text
from trainer.markdown_template import markdown_template

TEMPLATE = Path(__file__).with_name("crop_card.md")


def crop_card(
    manifest: CropManifest, classes: tuple[ClassFigures, ...], graphs: tuple[str, ...]
) -> str:
    """Return the card as Markdown; `graphs` is what an export chose and why."""
    return markdown_template(TEMPLATE).render(
        manifest=manifest, classes=classes, graphs=graphs, season=_season(manifest)
    )


def _season(manifest: CropManifest) -> str:
    grid = manifest.season
    window = f"{grid.steps} buckets of {grid.bucket_days} days"
    if grid.first_day is None:
        return f"{window} that end with the day of prediction"
    last = grid.first_day + grid.steps * grid.bucket_days - 1
    return f"{window} from {day_text(grid.first_day)} to {day_text(last)}"
