"""Progress with time left, on a terminal; silence everywhere else."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from trainer.training.figure_telling import FigureTelling
from trainer.training.training_watch import EpochFigures, Snapshot


class ProgressDisplay:
    """Shows epochs done, the score, and the time left if patience lasts."""

    def __init__(
        self,
        console: Console,
        telling: FigureTelling,
        epochs: int,
        first_epoch: int,
    ) -> None:
        self._telling = telling
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("at most"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task(
            "training", total=epochs, completed=first_epoch
        )
        self._best = float("inf")
        self._progress.start()

    def close(self) -> None:
        """Leave the last state on the screen."""
        self._progress.stop()

    def batch_done(self) -> bool:
        """Go on; batches are not shown."""
        return False

    def epoch_done(self, figures: EpochFigures, snapshot: Snapshot) -> bool:
        """Show an epoch's score beside the best."""
        del snapshot
        self._best = min(self._best, figures.score)
        told = self._telling.progress(figures.score, self._best)
        self._progress.update(self._task, advance=1, description=told)
        return False

    def ended(self, snapshot: Snapshot) -> None:
        """Leave the bar where it stands."""
