"""What TensorBoard shows of a run: errors, weights, pace, and a picture at the end."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure
from torch.utils.tensorboard import SummaryWriter

from trainer.training.training_watch import EpochFigures, Snapshot

LEAST_S = 1e-9


class TensorboardRecord:
    """Writes event files; scalars of epochs that are done again replace the old."""

    def __init__(self, folder: Path, targets: Sequence[str], first_epoch: int) -> None:
        self._targets = targets
        self._writer = SummaryWriter(str(folder), purge_step=first_epoch or None)

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()

    def batch_done(self) -> bool:
        """Go on; batches are not recorded."""
        return False

    def epoch_done(self, figures: EpochFigures, snapshot: Snapshot) -> bool:
        """Write an epoch's scalars; errors as RMSE in deviations of the target."""
        del snapshot
        pace = figures.soils / max(figures.total_s, LEAST_S)
        share = figures.data_s / max(figures.total_s, LEAST_S)
        self._add("score", figures.score, figures.epoch)
        self._add("learning rate", figures.learning_rate, figures.epoch)
        self._add("pace/soils a second", pace, figures.epoch)
        self._add("pace/share of time in data", share, figures.epoch)
        for at, target in enumerate(self._targets):
            self._add(f"training/{target}", figures.training[at] ** 0.5, figures.epoch)
            self._add(
                f"validation/{target}", figures.validation[at] ** 0.5, figures.epoch
            )
            self._add(f"weight/{target}", figures.weights[at], figures.epoch)
        return False

    def ended(self, snapshot: Snapshot) -> None:
        """Leave the record as it is; a resumed run goes on in it."""

    def show(self, name: str, picture: Figure, epoch: int) -> None:
        """Write one picture."""
        self._writer.add_figure(name, picture, epoch)

    def _add(self, name: str, value: float, epoch: int) -> None:
        self._writer.add_scalar(name, value, epoch)
