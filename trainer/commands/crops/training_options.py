"""Options that commands training on series share, worded once."""

from pathlib import Path
from typing import Annotated

import typer

from trainer.crops.networks.crop_recipes import (
    CropRecipe,
    crop_recipe_from_json,
    crop_recipe_named,
)
from trainer.training.training_settings import Device

Network = Annotated[
    str,
    typer.Option(
        help="attention, recurrent, published, published-toy, or a recipe's JSON file."
    ),
]
RunOut = Annotated[Path, typer.Option(help="The run's folder.")]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on from the folder's checkpoint.")
]
Epochs = Annotated[int, typer.Option(min=2)]
Patience = Annotated[
    int, typer.Option(min=1, help="Epochs without a better score before the end.")
]
Batch = Annotated[int, typer.Option(min=2, help="Series at once.")]
LearningRate = Annotated[float, typer.Option()]
WindowDays = Annotated[
    int | None,
    typer.Option(
        min=1, help="Learn from random windows of so many days, not whole seasons."
    ),
]
OnDevice = Annotated[Device, typer.Option()]
Seed = Annotated[int, typer.Option(min=0)]
Profile = Annotated[
    bool, typer.Option("--profile", help="Trace some batches for TensorBoard.")
]


def recipe_of(told: str) -> CropRecipe:
    """Return the recipe of this name, or the one in this file."""
    path = Path(told)
    if path.is_file():
        return crop_recipe_from_json(path.read_bytes())
    return crop_recipe_named(told)


def window_steps(days: int | None, bucket_days: int) -> int | None:
    """Return how many buckets a window of so many days has."""
    return None if days is None else max(1, days // bucket_days)
