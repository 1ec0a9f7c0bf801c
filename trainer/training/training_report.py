"""What a finished run says of itself, for people and programs."""

import platform

import msgspec
import numpy as np
import torch
from msgspec import Struct
from numpy.typing import NDArray

from trainer.calibrations.calibration import Soils
from trainer.training.train_network import TrainedNetwork, digest_of
from trainer.training.training_settings import TrainingPlan

CAUTION = (
    "errors on soils that told when to stop: a little too good; "
    "`terroir evaluate` gives honest ones"
)


class TargetError(Struct, frozen=True, kw_only=True):
    """How one target was told on the soils held back, in its own unit."""

    target: str
    soils: int
    rmse: float


class TrainingReport(Struct, frozen=True, kw_only=True):
    """Which plan was carried out on which soils and machine, and what came of it."""

    plan: TrainingPlan
    library: str
    soils: str
    trained_on: int
    held_back: int
    epochs: int
    best_epoch: int
    is_finished: bool
    caution: str = CAUTION
    errors: tuple[TargetError, ...]
    torch: str
    python: str
    device: str


def training_report(
    plan: TrainingPlan, library: str, soils: Soils, trained: TrainedNetwork
) -> TrainingReport:
    """Return the report of a run on the soils of a library with this digest."""
    held = trained.parts.validation
    return TrainingReport(
        plan=plan,
        library=library,
        soils=digest_of(soils),
        trained_on=len(trained.parts.training),
        held_back=len(held),
        epochs=trained.standing.epoch,
        best_epoch=trained.standing.best_epoch,
        is_finished=trained.is_finished,
        errors=_errors(held, held_back_answers(trained)),
        torch=str(torch.__version__),
        python=platform.python_version(),
        device=_device_name(plan),
    )


def report_as_json(report: TrainingReport) -> bytes:
    """Return the report as text with line breaks."""
    return msgspec.json.format(msgspec.json.encode(report)) + b"\n"


def held_back_answers(trained: TrainedNetwork) -> NDArray[np.float64]:
    """Return what the network tells of the soils held back."""
    with torch.no_grad():
        told = trained.network(torch.from_numpy(trained.parts.validation.spectra))
    answers: NDArray[np.float64] = told.double().numpy()
    return answers


def _errors(held: Soils, told: NDArray[np.float64]) -> tuple[TargetError, ...]:
    return tuple(
        TargetError(
            target=target,
            soils=int(np.isfinite(misses).sum()),
            rmse=float(np.sqrt(np.nanmean(misses**2))),
        )
        for target, misses in zip(held.targets, (told - held.values).T, strict=True)
        if np.isfinite(misses).any()
    )


def _device_name(plan: TrainingPlan) -> str:
    if plan.settings.device == "cpu" or not torch.cuda.is_available():
        return f"cpu, {platform.machine()}"
    return torch.cuda.get_device_name()
