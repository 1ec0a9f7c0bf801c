"""How a network for series is trained, as records; part of every checkpoint."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from trainer.crops.networks.crop_recipes import CropRecipe
from trainer.networks.convolution_block import Count
from trainer.training.training_settings import LoopSettings, Schedule

Share = Annotated[float, Meta(ge=0, lt=1)]
ClassWeighting = Literal["none", "root", "inverse"]
Robustness = Literal["cross-entropy", "generalised"]


class Augmentation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is changed at random whenever a series is learned from.

    Attributes:
        removed: Share of what was seen that is taken away, of all sensors on a day or
            of each by itself; a series loses up to twice as much.
        cut: Share of the series that end on a random day, as if it were that day.
        jitter: Noise of every number, and of every channel of a series, in deviations.
        window_steps: A random stretch of so many buckets is looked at; else all.
    """

    removed: Share = 0.1
    cut: Share = 0.5
    jitter: Annotated[float, Meta(ge=0)] = 0.05
    window_steps: Count | None = None


class LossRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a wrong answer costs.

    Attributes:
        kind: Cross-entropy, or the generalised one of Zhang and Sabuncu (2018), which
            forgives labels that are wrong.
        exponent: Of the generalised one: near 0 as cross-entropy, 1 as absolute error.
        smoothing: Share of each label that is dealt to all classes.
        class_weights: What places of a class count: the same, or more if it is rare:
            by its frequency or by the root of that.
    """

    kind: Robustness = "cross-entropy"
    exponent: Annotated[float, Meta(gt=0, le=1)] = 0.7
    smoothing: Share = 0.1
    class_weights: ClassWeighting = "root"


class SeriesSettings(LoopSettings, frozen=True, kw_only=True):
    """Everything that changes what is learned from series.

    Attributes:
        loss: What a wrong answer costs.
        augmentation: What is changed at random.
        certainty_share: The share of boxes that only certainty is fitted on.
    """

    epochs: Count = 60
    patience: Count = 20
    batch: Count = 64
    learning_rate: Annotated[float, Meta(gt=0)] = 2e-3
    weight_decay: Annotated[float, Meta(ge=0)] = 0.02
    validation_share: Annotated[float, Meta(gt=0, le=0.5)] = 0.15
    schedule: Schedule = "cosine"
    loss: LossRule = LossRule()
    augmentation: Augmentation = Augmentation()
    certainty_share: Annotated[float, Meta(gt=0, le=0.5)] = 0.15


class CropPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is trained on series, how, and from which seed; it decides the network.

    Attributes:
        recipe: The network.
        settings: How it is trained.
        seed: Of all that is drawn.
        pretrained: The digest of the weights that its encoder begins with.
    """

    recipe: CropRecipe
    settings: SeriesSettings
    seed: int
    pretrained: str | None = None


PRETRAINING = LoopSettings(
    epochs=60,
    patience=20,
    batch=64,
    learning_rate=2e-3,
    weight_decay=0.02,
    validation_share=0.15,
    schedule="cosine",
)
"""How encoders are pretrained unless something else is asked for."""


class PretrainingPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What hidden observations teach, how, and from which seed.

    Attributes:
        recipe: The network whose encoder is taught.
        settings: How it is trained.
        seed: Of all that is drawn.
        hidden: Share of the steps that are hidden.
        window_steps: A random stretch of so many buckets is looked at; else all.
    """

    recipe: CropRecipe
    settings: LoopSettings = PRETRAINING
    seed: int
    hidden: Annotated[float, Meta(gt=0, lt=1)] = 0.4
    window_steps: Count | None = None
