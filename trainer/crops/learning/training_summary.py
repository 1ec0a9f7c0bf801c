"""What a run on series says of itself, for programs."""

import platform

import torch
from msgspec import Struct

from trainer.crops.learning.crop_job import CarriedOut, CropJob
from trainer.crops.learning.learning_settings import CropPlan
from trainer.crops.model.model_folder import HeldBackFigures


class MemberSummary(Struct, frozen=True, kw_only=True):
    """How one network was trained.

    Attributes:
        seed: Its own.
        trained_on: Places that it learned from.
        held_back: Places that told it when to stop.
        epochs: How many it saw.
        best_epoch: Whose weights were kept, counted from 0.
        macro_f1: Of probabilities, on the places that told when to stop.
        is_finished: Whether it ended by itself.
    """

    seed: int
    trained_on: int
    held_back: int
    epochs: int
    best_epoch: int
    macro_f1: float
    is_finished: bool


class TrainingSummary(Struct, frozen=True, kw_only=True):
    """What was asked for, and what came of it.

    Attributes:
        plan: Of the first member.
        series: The digest of the series.
        members: Each network.
        judged_on: Places that nobody learned from; certainty was fitted on them.
        figures: How the model told those at the season's end; nothing if stopped.
        torch, python: Versions.
    """

    plan: CropPlan
    series: str
    members: tuple[MemberSummary, ...]
    judged_on: int
    figures: HeldBackFigures | None
    torch: str
    python: str


def summary_of(job: CropJob, done: CarriedOut) -> TrainingSummary:
    """Return the summary of a job."""
    return TrainingSummary(
        plan=job.plan,
        series=job.digest,
        members=tuple(
            MemberSummary(
                seed=job.plan.seed + at,
                trained_on=len(member.parts.training),
                held_back=len(member.parts.validation),
                epochs=member.trained.standing.epoch,
                best_epoch=member.trained.standing.best_epoch,
                macro_f1=1 - member.trained.standing.best_score,
                is_finished=member.trained.is_finished,
            )
            for at, member in enumerate(done.members)
        ),
        judged_on=len(done.members[0].parts.certainty),
        figures=None if done.about is None else done.about.figures,
        torch=str(torch.__version__),
        python=platform.python_version(),
    )
