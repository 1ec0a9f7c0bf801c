"""Any network as a record: kept as JSON, built when the soils are known."""

import msgspec

from trainer.errors import CalibrationError
from trainer.networks.convolutional_recipe import ConvolutionalRecipe
from trainer.networks.multi_task_recipe import MultiTaskRecipe
from trainer.networks.progressive_experts_recipe import ProgressiveExpertsRecipe

NetworkRecipe = ConvolutionalRecipe | MultiTaskRecipe | ProgressiveExpertsRecipe


def recipe_as_json(recipe: NetworkRecipe) -> bytes:
    """Return the recipe as a person may read and change it."""
    return msgspec.json.format(msgspec.json.encode(recipe))


def recipe_from_json(text: bytes) -> NetworkRecipe:
    """Read a recipe, or say which field is wrong."""
    try:
        recipe: NetworkRecipe = msgspec.json.decode(text, type=NetworkRecipe)
    except msgspec.MsgspecError as error:
        raise CalibrationError(
            f"expected a network recipe as `terroir search` writes it: {error}"
        ) from error
    return recipe
