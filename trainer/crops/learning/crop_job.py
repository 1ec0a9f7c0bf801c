"""Training a crop model in a folder: members, certainty on places held back, a model.

| in the folder | is |
|---|---|
| `member-1/`, `member-2/` ... | each network's checkpoint and TensorBoard record |
| `model/` | the crop model, once all members are trained |

Places of three kinds never mix, nor do places of one box: those that teach, those that
tell when to stop, and those that certainty is fitted and figures are judged on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from rich.console import Console

from trainer.crops.learning.confusion_picture import confusion_picture
from trainer.crops.learning.fit_crop_model import FittedCropModel, fit_crop_model
from trainer.crops.learning.learning_settings import CropPlan
from trainer.crops.learning.pretrained_encoder import PretrainedEncoder
from trainer.crops.learning.series_parts import SeriesParts, series_parts
from trainer.crops.learning.train_series import (
    SeriesLesson,
    TrainedSeries,
    train_series,
    window_grid,
)
from trainer.crops.model.model_folder import (
    CropModelAbout,
    joined_network,
    write_crop_model,
)
from trainer.crops.series.series_set import SeriesSet
from trainer.errors import WorkspaceError
from trainer.training.figure_telling import FigureTelling
from trainer.training.run_folder import CHECKPOINT, RunFolder

MODEL = "model"


@dataclass(frozen=True, eq=False)
class CropJob:
    """A plan, the series it is carried out on, and where it leaves its traces.

    Attributes:
        plan: Of the first member; the others take the seeds that follow.
        series: All places.
        digest: What tells the series from any others.
        folder: The run's.
        members: How many networks answer together.
        pretrained: An encoder to begin with.
        profiles: Whether to trace some batches of the first member.
    """

    plan: CropPlan
    series: SeriesSet
    digest: str
    folder: Path
    members: int = 1
    pretrained: PretrainedEncoder | None = None
    profiles: bool = False


@dataclass(frozen=True, eq=False)
class Member:
    """One network, and which places were of which kind for it."""

    trained: TrainedSeries
    parts: SeriesParts


@dataclass(frozen=True, eq=False)
class CarriedOut:
    """What a job came to.

    Attributes:
        members: Those that were trained, the last perhaps in part.
        about: What the model is; nothing if somebody stopped the job.
    """

    members: tuple[Member, ...]
    about: CropModelAbout | None


def carry_out(
    job: CropJob, resumes: bool, should_stop: Callable[[], bool], console: Console
) -> CarriedOut:
    """Train all members until over or stopped, and write the model."""
    _refuse_another_run(job, resumes)
    window_grid(job.plan, job.series.grid)  # refused before there is a folder
    members: list[Member] = []
    for at in range(job.members):
        plan = msgspec.structs.replace(job.plan, seed=job.plan.seed + at)
        parts = _parts(job, plan.seed)
        lesson = SeriesLesson(job.series, parts, job.pretrained, job.digest)
        folder = _member_folder(job, at)
        begun = resumes and (folder.path / CHECKPOINT).is_file()
        with folder.opened(begun, should_stop, console) as run:
            trained = train_series(plan, lesson, run.watches, run.start)
            members.append(Member(trained, parts))
            if not trained.is_finished:
                return CarriedOut(tuple(members), None)
            fitted = _fitted(job, members)
            picture = confusion_picture(job.series.legend, fitted.counts)
            run.record.show("confusion", picture, trained.standing.epoch)
    about = _about(job, fitted)
    write_crop_model(job.folder / MODEL, fitted.model, about)
    return CarriedOut(tuple(members), about)


def classes_told(legend: tuple[str, ...]) -> FigureTelling:
    """Return how runs on series are told: 1 - F1 of each class, shares as answers."""
    return FigureTelling(
        names=legend,
        examples="series",
        shown=float,
        progress=lambda score, best: f"macro-F1 {1 - score:.3f}, best {1 - best:.3f}",
    )


def _member_folder(job: CropJob, at: int) -> RunFolder:
    return RunFolder(
        path=job.folder / f"member-{at + 1}",
        epochs=job.plan.settings.epochs,
        telling=classes_told(job.series.legend),
        profiles=job.profiles and at == 0,
    )


def _parts(job: CropJob, seed: int) -> SeriesParts:
    settings = job.plan.settings
    shares = settings.validation_share, settings.certainty_share
    return series_parts(job.series, *shares, seed)


def _fitted(job: CropJob, members: list[Member]) -> FittedCropModel:
    """Return the model of the members so far; all hold the same places back for it."""
    network = joined_network([one.trained.network for one in members])
    grid, rows = window_grid(job.plan, job.series.grid), members[0].parts.certainty
    return fit_crop_model(network, grid, job.series.take(rows))


def _about(job: CropJob, fitted: FittedCropModel) -> CropModelAbout:
    return CropModelAbout(
        grid=window_grid(job.plan, job.series.grid),
        legend=job.series.legend,
        recipe=job.plan.recipe,
        members=job.members,
        threshold=fitted.threshold,
        figures=fitted.figures,
        series=job.digest,
        plan=msgspec.json.encode(job.plan).decode(),
    )


def _refuse_another_run(job: CropJob, resumes: bool) -> None:
    found = any(job.folder.glob(f"member-*/{CHECKPOINT}"))
    if found and not resumes:
        raise WorkspaceError(
            f"expected no run in {job.folder}, found one; choose another folder, or go "
            "on with --resume"
        )
    if resumes and not found:
        raise WorkspaceError(
            f"expected a run in {job.folder} to go on with, found none; train without "
            "--resume"
        )
