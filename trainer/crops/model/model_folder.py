"""A crop model on disk: what it is in `model.json`, its weights in `weights.pt`.

It is read back as plain tensors and numbers: a model's file cannot run code.
"""

import io
import pickle
from pathlib import Path
from typing import Annotated

import msgspec
import torch
from msgspec import Meta

from protocols.season_grid import SeasonGrid
from trainer.crops.certainty.certainty import Certainty
from trainer.crops.model.crop_model import CropModel
from trainer.crops.networks.crop_recipes import CropRecipe, build_network
from trainer.crops.networks.series_network import NetworkEnsemble, SeriesNetwork
from trainer.durable_files import write_durably
from trainer.errors import WorkspaceError

ABOUT, WEIGHTS = "model.json", "weights.pt"


class ClassFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How one class was told on places held back."""

    name: str
    places: int
    precision: float
    recall: float
    f1: float


class HeldBackFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How a model told places held back, none of which it learned from.

    Attributes:
        places: How many there were.
        accuracy: The share told rightly.
        macro_f1: The mean of F1 over the classes that were there.
        kappa: Cohen's, over the same.
        classes: Each class.
    """

    places: int
    accuracy: float
    macro_f1: float
    kappa: float
    classes: tuple[ClassFigures, ...]


class CropModelAbout(msgspec.Struct, frozen=True, kw_only=True):
    """What a crop model is.

    Attributes:
        format: Of the folder.
        grid: The season that it looks at.
        legend: The classes that it tells apart.
        recipe: Its network.
        members: How many networks of that recipe answer together.
        threshold: Classes told with at least this make up a set that holds the true
            one for nine places of ten.
        figures: How it told places held back.
        series: The digest of the series that it was trained on.
        plan: The training plan as JSON.
    """

    format: str = "1"
    grid: SeasonGrid
    legend: Annotated[tuple[str, ...], Meta(min_length=2)]
    recipe: CropRecipe
    members: Annotated[int, Meta(ge=1)] = 1
    threshold: float
    figures: HeldBackFigures
    series: str
    plan: str = ""


def write_crop_model(folder: Path, model: CropModel, about: CropModelAbout) -> None:
    """Write a model; `model.json` last, so that what has one is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    torch.save(model.state_dict(), buffer)
    write_durably(folder / WEIGHTS, buffer.getvalue())
    told = msgspec.json.format(msgspec.json.encode(about)) + b"\n"
    write_durably(folder / ABOUT, told)


def read_crop_model(folder: Path) -> tuple[CropModel, CropModelAbout]:
    """Read a model and what it is, or say that there is none."""
    try:
        about = msgspec.json.decode((folder / ABOUT).read_bytes(), type=CropModelAbout)
        model = empty_model(about)
        weights = torch.load(folder / WEIGHTS, map_location="cpu", weights_only=True)
        model.load_state_dict(weights)
    except (
        OSError,
        RuntimeError,
        msgspec.MsgspecError,
        pickle.UnpicklingError,
    ) as error:
        raise WorkspaceError(
            f"expected a crop model in {folder}, found none that can be read "
            f"({error}); train one with `terroir crops train`"
        ) from error
    return model.eval(), about


def empty_model(about: CropModelAbout) -> CropModel:
    """Build a model of the right shape that has learned nothing."""
    classes = len(about.legend)
    members = [
        build_network(about.recipe, about.grid, classes) for _ in range(about.members)
    ]
    network = joined_network(members)
    return CropModel(network, Certainty(classes, network.embedded))


def joined_network(members: list[SeriesNetwork]) -> SeriesNetwork | NetworkEnsemble:
    """Return the only network, or all as one."""
    return members[0] if len(members) == 1 else NetworkEnsemble(members)
