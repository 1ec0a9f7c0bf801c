"""What TensorBoard shows of a run: errors, weights, pace, and a picture at the end."""

from pathlib import Path

from matplotlib.figure import Figure
from torch.utils.tensorboard import SummaryWriter

from trainer.training.figure_telling import FigureTelling
from trainer.training.training_watch import EpochFigures, Snapshot

LEAST_S = 1e-9


class TensorboardRecord:
    """Writes event files; scalars of epochs that are done again replace the old."""

    def __init__(self, folder: Path, telling: FigureTelling, first_epoch: int) -> None:
        self._telling = telling
        self._writer = SummaryWriter(str(folder), purge_step=first_epoch or None)

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()

    def batch_done(self) -> bool:
        """Go on; batches are not recorded."""
        return False

    def epoch_done(self, figures: EpochFigures, snapshot: Snapshot) -> bool:
        """Write an epoch's scalars."""
        del snapshot
        told, epoch = self._telling, figures.epoch
        pace = figures.examples / max(figures.total_s, LEAST_S)
        share = figures.data_s / max(figures.total_s, LEAST_S)
        self._add("score", figures.score, epoch)
        self._add("learning rate", figures.learning_rate, epoch)
        self._add(f"pace/{told.examples} a second", pace, epoch)
        self._add("pace/share of time in data", share, epoch)
        for at, name in enumerate(told.names):
            self._add(f"training/{name}", told.shown(figures.training[at]), epoch)
            self._add(f"validation/{name}", told.shown(figures.validation[at]), epoch)
            self._add(f"weight/{name}", figures.weights[at], epoch)
        return False

    def ended(self, snapshot: Snapshot) -> None:
        """Leave the record as it is; a resumed run goes on in it."""

    def show(self, name: str, picture: Figure, epoch: int) -> None:
        """Write one picture."""
        self._writer.add_figure(name, picture, epoch)

    def _add(self, name: str, value: float, epoch: int) -> None:
        self._writer.add_scalar(name, value, epoch)
