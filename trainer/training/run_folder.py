"""A run in a folder: its checkpoint, its TensorBoard record and its trace."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from trainer.errors import WorkspaceError
from trainer.training.checkpoint import Checkpoint, read_checkpoint
from trainer.training.checkpoint_keeper import CheckpointKeeper
from trainer.training.figure_telling import FigureTelling
from trainer.training.profile_trace import ProfileTrace
from trainer.training.progress_display import ProgressDisplay
from trainer.training.tensorboard_record import TensorboardRecord
from trainer.training.training_watch import TrainingWatch, Watches

CHECKPOINT = "checkpoint.pt"
TENSORBOARD = "tensorboard"


@dataclass(frozen=True, eq=False)
class WatchedRun:
    """What a run in a folder is carried out with.

    Attributes:
        start: Where to go on from.
        watches: Who looks on.
        record: Where pictures can be shown.
    """

    start: Checkpoint | None
    watches: Watches
    record: TensorboardRecord


@dataclass(frozen=True, eq=False)
class RunFolder:
    """Where a run leaves its traces, and how they are told.

    Attributes:
        path: The folder.
        epochs: The most that there will be.
        telling: What the figures are called.
        profiles: Whether to trace some batches.
    """

    path: Path
    epochs: int
    telling: FigureTelling
    profiles: bool = False

    @contextmanager
    def opened(
        self, resumes: bool, should_stop: Callable[[], bool], console: Console
    ) -> Iterator[WatchedRun]:
        """Begin, or go on; the folder then holds all that a resume needs."""
        start = self._start(resumes)
        first = start.standing.epoch if start else 0
        keeper = CheckpointKeeper(self.path / CHECKPOINT, should_stop)
        with ExitStack() as stack:
            record = TensorboardRecord(self.path / TENSORBOARD, self.telling, first)
            stack.enter_context(closing(record))
            display = ProgressDisplay(console, self.telling, self.epochs, first)
            stack.enter_context(closing(display))
            watches: list[TrainingWatch] = [keeper, record, display]
            if self.profiles:
                watches.append(ProfileTrace(self.path / TENSORBOARD))
            yield WatchedRun(start, Watches(watches), record)

    def _start(self, resumes: bool) -> Checkpoint | None:
        path = self.path / CHECKPOINT
        if resumes:
            return read_checkpoint(path)
        if path.exists():
            raise WorkspaceError(
                f"expected no run in {path.parent}, found {path.name}; choose another "
                "folder, or go on with --resume"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        return None
