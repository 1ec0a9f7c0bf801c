"""A run in a folder: its checkpoint, its TensorBoard record and its trace."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from trainer.calibrations.calibration import Soils
from trainer.errors import WorkspaceError
from trainer.training.agreement_picture import agreement_picture
from trainer.training.checkpoint import Checkpoint, read_checkpoint
from trainer.training.checkpoint_keeper import CheckpointKeeper
from trainer.training.profile_trace import ProfileTrace
from trainer.training.progress_display import ProgressDisplay
from trainer.training.tensorboard_record import TensorboardRecord
from trainer.training.train_network import TrainedNetwork, train_network
from trainer.training.training_report import held_back_answers
from trainer.training.training_settings import TrainingPlan
from trainer.training.training_watch import TrainingWatch, Watches

CHECKPOINT = "checkpoint.pt"
TENSORBOARD = "tensorboard"


@dataclass(frozen=True, eq=False)
class TrainingJob:
    """A plan, the soils it is carried out on, and where it leaves its traces."""

    plan: TrainingPlan
    soils: Soils
    folder: Path
    profiles: bool = False


def carry_out(
    job: TrainingJob,
    resumes: bool,
    should_stop: Callable[[], bool],
    console: Console,
) -> TrainedNetwork:
    """Train until over or stopped; the folder then holds all that a resume needs."""
    start = _start(job.folder / CHECKPOINT, resumes)
    first = start.standing.epoch if start else 0
    keeper = CheckpointKeeper(job.folder / CHECKPOINT, should_stop)
    with ExitStack() as stack:
        record = stack.enter_context(
            closing(
                TensorboardRecord(job.folder / TENSORBOARD, job.soils.targets, first)
            )
        )
        display = ProgressDisplay(console, job.plan.settings.epochs, first)
        stack.enter_context(closing(display))
        watches: list[TrainingWatch] = [keeper, record, display]
        if job.profiles:
            watches.append(ProfileTrace(job.folder / TENSORBOARD))
        trained = train_network(job.plan, job.soils, Watches(watches), start)
        held = trained.parts.validation
        picture = agreement_picture(held, held_back_answers(trained))
        record.show("agreement", picture, trained.standing.epoch)
    return trained


def _start(path: Path, resumes: bool) -> Checkpoint | None:
    if resumes:
        return read_checkpoint(path)
    if path.exists():
        raise WorkspaceError(
            f"expected no run in {path.parent}, found {path.name}; choose another "
            "folder, or go on with --resume"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    return None
