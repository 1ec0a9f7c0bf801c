"""Networks as methods to compare: by their recipe's name, or from a recipe's file.

They are trained with the usual settings, on a GPU where there is one.
"""

from pathlib import Path

from trainer.errors import EvaluationError
from trainer.networks.named_recipes import recipe_named
from trainer.networks.network_recipe import recipe_from_json
from trainer.training.network_calibration import NetworkCalibration
from trainer.training.training_settings import TrainingSettings

USUAL = TrainingSettings(device="auto")


def named_network(name: str) -> NetworkCalibration:
    """Return the network of a named recipe."""
    return NetworkCalibration(recipe_named(name), USUAL)


def network_in_file(path: str) -> NetworkCalibration:
    """Return the network of the recipe in a file that `terroir search` wrote."""
    try:
        text = Path(path).read_bytes()
    except OSError as error:
        raise EvaluationError(
            f"expected a network recipe at {path}, found none ({error}); write one "
            "with `terroir search`"
        ) from error
    return NetworkCalibration(recipe_from_json(text), USUAL)
