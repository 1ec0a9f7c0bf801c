"""Networks for series as records: kept as JSON, built when the series are known."""

from typing import Literal

import msgspec
from msgspec import Struct
from torch import nn

from protocols.season_grid import SeasonGrid
from trainer.crops.networks.gated_recurrence import GatedRecurrence
from trainer.crops.networks.published_convolutions import (
    script_convolutions,
    toy_convolutions,
)
from trainer.crops.networks.season_shape import SeasonShape
from trainer.crops.networks.series_network import PooledCore, SeriesNetwork
from trainer.crops.networks.spectral_indices import SpectralIndices
from trainer.crops.networks.temporal_attention import TemporalAttention
from trainer.errors import CalibrationError
from trainer.networks.convolution_block import Count, Share

SHORTEST = {"toy": 5, "script": 10}
"""Steps that the windows of a published network need."""


class AttentionRecipe(Struct, frozen=True, kw_only=True, tag="temporal-attention"):
    """Attention over time, on the real day.

    Attributes:
        name: What commands call it.
        width: Numbers of a step's state.
        heads: How many look, in every block and at the end.
        blocks: Rounds of looking.
        dense: Numbers of the embedding.
        dropout: Which share is dropped while training.
        with_indices: Whether spectral indices are computed inside.
    """

    name: str
    width: Count = 64
    heads: Count = 4
    blocks: Count = 1
    dense: Count = 64
    dropout: Share = 0.2
    with_indices: bool = True

    def __post_init__(self) -> None:
        """Refuse a width that heads cannot share."""
        if self.width % self.heads or self.width % 4:
            raise CalibrationError(
                f"expected a width that 4 and the {self.heads} heads divide, found "
                f"{self.width}; take a multiple of both"
            )

    def core(self, shape: SeasonShape) -> nn.Module:
        """Build what comes after scaling."""
        encoder = TemporalAttention(
            shape.channels, self.width, self.heads, self.blocks, self.dropout
        )
        return PooledCore(encoder, self.heads, self.dense, shape.classes, self.dropout)


class RecurrentRecipe(Struct, frozen=True, kw_only=True, tag="gated-recurrence"):
    """A recurrent net that knows the lengths of gaps; see `AttentionRecipe`."""

    name: str
    width: Count = 64
    heads: Count = 4
    dense: Count = 64
    dropout: Share = 0.2
    with_indices: bool = True

    def core(self, shape: SeasonShape) -> nn.Module:
        """Build what comes after scaling."""
        encoder = GatedRecurrence(shape.channels, self.width, self.dropout)
        return PooledCore(encoder, self.heads, self.dense, shape.classes, self.dropout)


class PublishedRecipe(Struct, frozen=True, kw_only=True, tag="published"):
    """One of the fourth system's networks: zeros where nothing was seen, no mask."""

    name: str
    size: Literal["toy", "script"]
    with_indices: bool = False

    def core(self, shape: SeasonShape) -> nn.Module:
        """Build what comes after scaling."""
        if shape.steps < SHORTEST[self.size]:
            raise CalibrationError(
                f"expected a season of {SHORTEST[self.size]} steps or more for the "
                f"windows of {self.name}, found {shape.steps}; take shorter buckets"
            )
        build = toy_convolutions if self.size == "toy" else script_convolutions
        return build(shape)


CropRecipe = AttentionRecipe | RecurrentRecipe | PublishedRecipe

CROP_RECIPES: dict[str, CropRecipe] = {
    one.name: one
    for one in (
        AttentionRecipe(name="attention"),
        RecurrentRecipe(name="recurrent"),
        PublishedRecipe(name="published", size="script"),
        PublishedRecipe(name="published-toy", size="toy"),
    )
}


def build_network(recipe: CropRecipe, grid: SeasonGrid, classes: int) -> SeriesNetwork:
    """Build a network for series on `grid`; its scaling is yet to be learned."""
    names = [one.name for one in grid.channels]
    indices = SpectralIndices(names, taken=recipe.with_indices)
    shape = SeasonShape(grid.steps, indices.channels, classes)
    return SeriesNetwork(indices, recipe.core(shape))


def crop_recipe_named(name: str) -> CropRecipe:
    """Return the recipe of this name, or say which there are."""
    try:
        return CROP_RECIPES[name]
    except KeyError as error:
        raise CalibrationError(
            f"expected one of the networks {', '.join(CROP_RECIPES)}, found {name!r}; "
            "say one of them, or a recipe's JSON file"
        ) from error


def crop_recipe_from_json(text: bytes) -> CropRecipe:
    """Read a recipe, or say which field is wrong."""
    try:
        recipe: CropRecipe = msgspec.json.decode(text, type=CropRecipe)
    except msgspec.MsgspecError as error:
        raise CalibrationError(
            f"expected the recipe of a network for crops: {error}"
        ) from error
    return recipe
