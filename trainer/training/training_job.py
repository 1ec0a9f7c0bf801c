"""A run on soils in a folder: trained, watched, and drawn at its end."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from trainer.calibrations.calibration import Soils
from trainer.training.agreement_picture import agreement_picture
from trainer.training.figure_telling import squares_told
from trainer.training.run_folder import RunFolder
from trainer.training.train_network import TrainedNetwork, train_network
from trainer.training.training_report import held_back_answers
from trainer.training.training_settings import TrainingPlan


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
    telling = squares_told(job.soils.targets, "soils")
    epochs = job.plan.settings.epochs
    folder = RunFolder(job.folder, epochs, telling, job.profiles)
    with folder.opened(resumes, should_stop, console) as run:
        trained = train_network(job.plan, job.soils, run.watches, run.start)
        held = trained.parts.validation
        picture = agreement_picture(held, held_back_answers(trained))
        run.record.show("agreement", picture, trained.standing.epoch)
    return trained
