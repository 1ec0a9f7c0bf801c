"""Train a network on soils: settings, data, model, loop, best weights.

Soils and a plan go in, the weights of the best epoch come out. The same plan on the
same soils gives the same network on the same machine, interrupted and resumed or not.
"""

import hashlib
from dataclasses import dataclass
from functools import partial

import msgspec
import numpy as np
import torch

from trainer.calibrations.calibration import Soils
from trainer.calibrations.joined_soils import joined
from trainer.errors import CalibrationError
from trainer.networks.network_shape import NetworkShape
from trainer.networks.scaled_network import ScaledNetwork, scaled_network
from trainer.networks.target_relevance import relevance_of
from trainer.training.checkpoint import Checkpoint, Standing
from trainer.training.computing_device import device_of
from trainer.training.fine_tuning import begun_from
from trainer.training.training_data import Parts, rows_on, training_parts
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
    device = device_of(plan.settings.device)
    with torch.random.fork_rng(devices=_drawn_on(device)):
        torch.manual_seed(plan.seed)
        parts = training_parts(soils, plan.settings.validation_share, plan.seed)
        parts = beginning.with_teaching(parts)
        network = _build(plan, parts.training, beginning.network)
        training, validation = (
            rows_on(device, part, network)
            for part in (parts.training, parts.validation)
        )
        run = TrainingRun(plan, network.to(device), training, validation)
        known = beginning.with_teaching(Parts(soils, soils)).training
        origin = msgspec.json.encode(plan).decode(), digest_of(known)
        if start:
            _check_origin(start, *origin)
            run.restore(start)
        elif plan.fine_tuning:
            run.judge_start()
        snapshot = partial(run.snapshot, *origin)

        is_stopped = False
        while not run.is_over and not is_stopped:
            for rows in run.batches_to_do():
                run.step(rows)
                if is_stopped := watch.batch_done():
                    break
            else:
                figures = run.end_epoch()
                is_stopped = watch.epoch_done(figures, snapshot)
        watch.ended(snapshot)

    network.load_state_dict(run.best)
    return TrainedNetwork(network.cpu().eval(), run.standing, run.is_over, parts)


def digest_of(soils: Soils) -> str:
    """Return what tells these soils from any others."""
    digest = hashlib.sha256("\0".join((*soils.targets, *soils.groups)).encode())
    digest.update(soils.spectra.tobytes())
    digest.update(soils.values.tobytes())
    return digest.hexdigest()


def _drawn_on(device: torch.device) -> list[torch.device]:
    return [] if device.type == "cpu" else [device]


def _build(
    plan: TrainingPlan, soils: Soils, pretrained: ScaledNetwork | None
) -> ScaledNetwork:
    if plan.fine_tuning:
        return begun_from(pretrained, plan.fine_tuning, soils)
    shape = NetworkShape(soils.grid.bands, relevance_of(soils.values))
    core = plan.recipe.build(shape)
    return scaled_network(core, soils.spectra, soils.values.astype(np.float64))


def _check_origin(start: Checkpoint, plan: str, soils: str) -> None:
    """Refuse to go on with anything else; only the number of epochs may change."""
    if start.soils != soils:
        raise CalibrationError(
            f"expected the soils {start.soils[:16]} that training began with, found "
            f"{soils[:16]}; train without --resume"
        )
    began, goes_on = (_without_epochs(one) for one in (start.plan, plan))
    if began != goes_on:
        raise CalibrationError(
            "expected the recipe, settings and seed that training began with, found "
            f"others; train without --resume, or as it began: {start.plan}"
        )


def _without_epochs(plan: str) -> TrainingPlan:
    told = msgspec.json.decode(plan, type=TrainingPlan)
    settings = msgspec.structs.replace(told.settings, epochs=2**31)
    return msgspec.structs.replace(told, settings=settings)
