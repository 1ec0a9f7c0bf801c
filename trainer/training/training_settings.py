"""How a network is trained, as one record; part of every checkpoint and report."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from trainer.errors import CalibrationError
from trainer.networks.convolution_block import Count
from trainer.networks.network_recipe import NetworkRecipe
from trainer.training.fine_tuning import FineTuning

Device = Literal["cpu", "cuda", "auto"]
Weighting = Literal["equal", "uncertainty", "dynamic-average"]
Schedule = Literal["plateau", "cosine"]


class LoopSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the training loop itself needs, whatever is learned.

    Attributes:
        epochs: The most times that every example is seen.
        patience: After how many epochs without a better validation score to stop.
        batch: The most examples that are seen at once.
        learning_rate: AdamW's first step, or largest where it follows a cosine.
        weight_decay: AdamW's pull of all weights to zero.
        validation_share: The share of groups that only tells when to stop.
        device: Where to compute; `auto` takes a GPU if there is one.
        compiles: Whether to compile the network; on a GPU only, a CPU gains nothing.
        schedule: Whether the rate is halved when the score stalls, or follows a cosine
            down to the last epoch, after a short rise.
    """

    epochs: Count = 200
    patience: Count = 25
    batch: Count = 32
    learning_rate: Annotated[float, Meta(gt=0)] = 1e-3
    weight_decay: Annotated[float, Meta(ge=0)] = 1e-4
    validation_share: Annotated[float, Meta(gt=0, le=0.5)] = 0.2
    device: Device = "cpu"
    compiles: bool = True
    schedule: Schedule = "plateau"

    def __post_init__(self) -> None:
        """Refuse a patience that never runs out."""
        if self.patience >= self.epochs:
            raise CalibrationError(
                f"expected a patience below the {self.epochs} epochs, or training "
                f"never stops early, found {self.patience}; lower the patience"
            )


class TrainingSettings(LoopSettings, frozen=True, kw_only=True):
    """Everything that changes what is learned from soils, and where it is computed.

    Attributes:
        weighting: How the targets' errors become one loss.
    """

    weighting: Weighting = "equal"


class TrainingPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is trained, how, and from which seed; it decides the network.

    With `fine_tuning`, training goes on from the weights that it names.
    """

    recipe: NetworkRecipe
    settings: TrainingSettings
    seed: int
    fine_tuning: FineTuning | None = None
