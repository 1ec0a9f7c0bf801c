"""Transfer of representations: pretrain on the library, fine-tune on the farm.

DTL-R (Shen and Viscarra Rossel 2022) keeps what the recipe says and lets the rest learn
from the farm's labels, each layer slower than the one after it. DTL-IR does so on the
farm's labels beside the instances that RS-Local takes from the library. Padarian's
transfer (Geoderma 340, 2019) freezes the trunk; how much of it is chosen here among all
depths. The papers do not say which layers were frozen nor at what rates: our choice.

Some of the farm's own labels, whole groups, are held back and tell when to stop, at
which rate and depth, and whether fine-tuning helps at all: where no epoch errs less on
them than the pretrained network, that network is the answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from trainer.calibrations.calibration import FittedCalibration, Soils
from trainer.calibrations.joined_soils import analysed
from trainer.errors import CalibrationError
from trainer.evaluation.soils_of_library import soils_of
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.transfer_arms.instance_choice import InstanceChoice
from trainer.localisation.transfer_arms.network_shelf import NetworkShelf
from trainer.localisation.transfer_arms.transfer_arm import library_beside
from trainer.networks.network_layers import layers_of
from trainer.networks.scaled_network import ScaledNetwork
from trainer.training.fine_tuning import FineTuning, weights_digest
from trainer.training.network_calibration import (
    FittedNetwork,
    NetworkCalibration,
    least_wrong,
    with_rates,
)
from trainer.training.train_network import Beginning, TrainedNetwork, train_network
from trainer.training.training_data import FEWEST_SOILS
from trainer.training.training_settings import TrainingPlan, TrainingSettings

FEW_LABELS = TrainingSettings(epochs=80, patience=15, batch=8, validation_share=0.25)
"""How a network learns from a farm's few labels: batches of eight, so that an epoch of
thirty labels is more than one step."""


@dataclass(frozen=True)
class Tuning:
    """How a pretrained network goes on with a farm's labels.

    Attributes:
        frozen: One set of frozen layers, or several to choose from; none for every
            depth, from nothing frozen to all but the output.
        rate_decay: A layer's rate as a share of that of the one after it.
        training: Epochs, patience, batch and the share of labels held back.
        learning_rates: Rates of the output layer to choose from; empty for the one
            in `training`.
    """

    frozen: tuple[tuple[str, ...], ...] = (("convolution",),)
    rate_decay: float = 1 / 3
    training: TrainingSettings = FEW_LABELS
    learning_rates: tuple[float, ...] = ()


EVERY_DEPTH = Tuning(frozen=(), rate_decay=1.0)
"""Padarian's: one rate for all that learns, and a choice of how much that is."""


@dataclass(frozen=True, eq=False)
class TunedNetwork(FittedNetwork):
    """A network that predicts, and how it came about.

    Attributes:
        remark: What was chosen, and whether fine-tuning helped.
        instances: The library's rows that taught beside the farm, None for none.
    """

    remark: str = ""
    instances: tuple[int, ...] | None = None


@dataclass(frozen=True, eq=False)
class _Way:
    """One of the ways to tune that are tried."""

    settings: TrainingSettings
    fine_tuning: FineTuning


@dataclass(frozen=True)
class RepresentationTransfer:
    """Pretrain, freeze, fine-tune, and keep what errs least.

    Attributes:
        network: The recipe, and how it is trained on the library.
        tuning: How it goes on.
        shelf: Where pretrained networks are kept.
        instances: With them, library soils teach beside the farm's (DTL-IR).
        pretrained: A network learned elsewhere; with it, no library is needed.
        kind: What the arm is called, before the recipe's name.
    """

    network: NetworkCalibration
    tuning: Tuning = field(default_factory=Tuning)
    shelf: NetworkShelf = field(default_factory=NetworkShelf)
    instances: InstanceChoice | None = None
    pretrained: FittedNetwork | None = field(default=None, repr=False)
    kind: str = "dtl-r"
    learns_from_labels: bool = True

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return f"{self.kind}:{self.network.name}"

    @property
    def needs_library_samples(self) -> bool:
        """Whether samples themselves are asked for, and not only what was learned."""
        return self.instances is not None

    def fit(
        self, library: SpectralLibrary | None, farm: Soils, seed: int
    ) -> FittedCalibration:
        """Return the network that errs least on the labels held back."""
        start = self._pretrained(library, farm, seed).network
        near = analysed(farm)
        if min(len(near), len(set(near.groups))) < FEWEST_SOILS:
            remark = f"{len(near)} labels are too few to tune by: pretrained as it is"
            return TunedNetwork(start, remark)
        rows = self._instances(library, near, seed)
        beginning = Beginning(start, _soils_at(rows, library, near))
        tuned = [self._tuned(way, beginning, near, seed) for way in self._ways(start)]
        best = least_wrong(tuned)
        way = self._ways(start)[tuned.index(best)]
        return TunedNetwork(best.network, _told(best, way), rows)

    def _pretrained(
        self, library: SpectralLibrary | None, farm: Soils, seed: int
    ) -> FittedNetwork:
        if self.pretrained is not None:
            return self.pretrained
        if library is None:
            raise CalibrationError(
                f"expected a library or a pretrained network for {self.name}, found "
                "neither; bring one of them"
            )
        far = library_beside(library, farm, self.name)
        return self.shelf.fit(self.network, far, seed)

    def _instances(
        self, library: SpectralLibrary | None, near: Soils, seed: int
    ) -> tuple[int, ...] | None:
        if self.instances is None:
            return None
        if library is None:
            raise CalibrationError(
                f"expected a library to take instances from for {self.name}, found "
                "none; bring one, or choose dtl-r"
            )
        return self.instances.rows(library, near, seed)

    def _ways(self, start: ScaledNetwork) -> list[_Way]:
        """Return every frozen set with every rate."""
        tuning = self.tuning
        frozen_sets = tuning.frozen or tuple(_depths(start))
        weights = weights_digest(start)
        return [
            _Way(
                settings,
                FineTuning(weights=weights, frozen=one, rate_decay=tuning.rate_decay),
            )
            for one in frozen_sets
            for settings in with_rates(tuning.training, tuning.learning_rates)
        ]

    def _tuned(
        self, way: _Way, beginning: Beginning, near: Soils, seed: int
    ) -> TrainedNetwork:
        """Tune in one way; all ways hold the same soils back."""
        plan = TrainingPlan(
            recipe=self.network.recipe,
            settings=way.settings,
            seed=seed,
            fine_tuning=way.fine_tuning,
        )
        return train_network(plan, near, beginning=beginning)


def _depths(start: ScaledNetwork) -> Iterator[tuple[str, ...]]:
    """Yield the layers up to each but the last, none first."""
    names = tuple(layer.name for layer in layers_of(start.core))
    yield from (names[:depth] for depth in range(len(names)))


def _soils_at(
    rows: tuple[int, ...] | None, library: SpectralLibrary | None, near: Soils
) -> Soils | None:
    if rows is None or library is None:
        return None
    return soils_of(library, near.targets).take(np.array(rows, dtype=np.intp))


def _told(tuned: TrainedNetwork, way: _Way) -> str:
    """Say whether fine-tuning helped on the soils held back, and how it was done."""
    held = f"the {len(tuned.parts.validation)} labels held back"
    if not tuned.is_better_than_start:
        return f"no epoch erred less than the pretrained network on {held}: it is kept"
    frozen = ", ".join(way.fine_tuning.frozen) or "nothing"
    return (
        f"epoch {tuned.standing.best_epoch + 1} erred least on {held}; frozen: "
        f"{frozen}; rate {way.settings.learning_rate:g}"
    )
