"""Train a network on soils: settings, data, model, loop, best weights.

Soils and a plan go in, the weights of the best epoch come out. The same plan on the
same soils gives the same network on the same machine, interrupted and resumed or not.
"""

import hashlib
from dataclasses import dataclass

import msgspec
import numpy as np

from trainer.calibrations.calibration import Soils
from trainer.calibrations.joined_soils import joined
from trainer.networks.network_shape import NetworkShape
from trainer.networks.scaled_network import ScaledNetwork, scaled_network
from trainer.networks.target_relevance import relevance_of
from trainer.training.checkpoint import Checkpoint, Standing
from trainer.training.computing_device import device_of
from trainer.training.fine_tuning import begun_from
from trainer.training.soil_task import SoilTask
from trainer.training.training_data import Parts, rows_on, training_parts
from trainer.training.training_loop import FOREVER, Origin, learn, own_random_numbers
from trainer.training.training_run import TrainingRun
from trainer.training.training_settings import TrainingPlan
from trainer.training.training_watch import NOBODY, TrainingWatch


@dataclass(frozen=True, eq=False)
class Beginning:
    """What there is before a network is trained on soils.

    Attributes:
        network: Where fine-tuning begins; nothing else may have one.
        teaching: Soils that only teach: none of them is held back.
    """

    network: ScaledNetwork | None = None
    teaching: Soils | None = None

    def with_teaching(self, parts: Parts) -> Parts:
        """Return the parts with the soils that only teach."""
        if self.teaching is None:
            return parts
        return Parts(joined(parts.training, self.teaching), parts.validation)


NOTHING_BEFORE = Beginning()


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """What training leaves behind.

    Attributes:
        network: The weights of the best epoch, on the CPU, in the mood to answer.
        standing: Where training ended.
        is_finished: Whether it ended by itself, or was stopped.
        parts: Which soils taught, and which told when to stop.
    """

    network: ScaledNetwork
    standing: Standing
    is_finished: bool
    parts: Parts

    @property
    def is_better_than_start(self) -> bool:
        """Whether any epoch did better on the soils held back than what it began with.

        Only fine-tuning judges what it begins with: where this is false, the network
        is the pretrained one, and the transfer would have been negative.
        """
        return self.standing.best_epoch >= 0


def train_network(
    plan: TrainingPlan,
    soils: Soils,
    watch: TrainingWatch = NOBODY,
    start: Checkpoint | None = None,
    beginning: Beginning = NOTHING_BEFORE,
) -> TrainedNetwork:
    """Train from the beginning, or go on from `start`, until over or stopped."""
    settings, device = plan.settings, device_of(plan.settings.device)
    with own_random_numbers(plan.seed, device):
        parts = training_parts(soils, settings.validation_share, plan.seed)
        parts = beginning.with_teaching(parts)
        network = _build(plan, parts.training, beginning.network)
        training, validation = (
            rows_on(device, part, network)
            for part in (parts.training, parts.validation)
        )
        task = SoilTask(plan, network.to(device), training, validation)
        run = TrainingRun(settings, task)
        known = beginning.with_teaching(Parts(soils, soils)).training
        origin = Origin(_as_json(plan), digest_of(known), "soils", _without_epochs)
        learn(run, origin, watch, start, judges_start=plan.fine_tuning is not None)
    return TrainedNetwork(network.cpu().eval(), run.standing, run.is_over, parts)


def digest_of(soils: Soils) -> str:
    """Return what tells these soils from any others."""
    digest = hashlib.sha256("\0".join((*soils.targets, *soils.groups)).encode())
    digest.update(soils.spectra.tobytes())
    digest.update(soils.values.tobytes())
    return digest.hexdigest()


def _build(
    plan: TrainingPlan, soils: Soils, pretrained: ScaledNetwork | None
) -> ScaledNetwork:
    if plan.fine_tuning:
        return begun_from(pretrained, plan.fine_tuning, soils)
    shape = NetworkShape(soils.grid.bands, relevance_of(soils.values))
    core = plan.recipe.build(shape)
    return scaled_network(core, soils.spectra, soils.values.astype(np.float64))


def _as_json(plan: TrainingPlan) -> str:
    return msgspec.json.encode(plan).decode()


def _without_epochs(plan: str) -> TrainingPlan:
    told = msgspec.json.decode(plan, type=TrainingPlan)
    settings = msgspec.structs.replace(told.settings, epochs=FOREVER)
    return msgspec.structs.replace(told, settings=settings)
