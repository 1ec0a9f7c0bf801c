"""Fit what the labels can carry: a calibration, the labels' mean, or nothing.

A target with fewer than four groups of labelled soils cannot be calibrated: leaving one
out leaves nothing to learn from. One label or three still tell its level. A target
without any is not told at all (NaN).
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.calibrations.calibration import Calibration, FittedCalibration, Soils
from trainer.calibrations.joined_soils import with_columns
from trainer.calibrations.target_soils import FEWEST
from trainer.errors import CalibrationError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class KnownTargets:
    """A calibration of some targets, and a constant for each of the others.

    Attributes:
        fitted: The calibration; None where no target could be calibrated.
        calibrated: Which columns it answers.
        level: One number a target; that of a calibrated one is not used.
        remark: What was done where labels were too few.
    """

    fitted: FittedCalibration | None
    calibrated: tuple[int, ...]
    level: Array
    remark: str

    def predict(self, spectra: NDArray[np.float32]) -> Array:
        """Return one row a scan and one column a target."""
        answers = np.tile(self.level, (len(spectra), 1))
        if self.fitted is not None:
            answers[:, list(self.calibrated)] = self.fitted.predict(spectra)
        return answers

    def as_graph(self) -> nn.Module:
        """Return the same as one module, or refuse a target that is not told."""
        if np.isnan(self.level).any():
            raise CalibrationError(
                "expected a label of every target, found a target without any; leave "
                "it out of the graph"
            )
        graph = None if self.fitted is None else self.fitted.as_graph()
        return _Beside(graph, self.calibrated, torch.from_numpy(self.level).float())


def fit_known_targets(
    calibration: Calibration, soils: Soils, seed: int
) -> FittedCalibration:
    """Calibrate the targets with labels enough; tell the mean of the others' labels."""
    counts = [_groups_with_value(soils, column) for column in range(len(soils.targets))]
    if not any(counts):
        raise CalibrationError(
            "expected at least one labelled soil of the farm, found none; label one, "
            "or choose an arm that learns from the library"
        )
    enough = tuple(at for at, count in enumerate(counts) if count >= FEWEST)
    if len(enough) == len(counts):
        return calibration.fit(soils, seed)
    fitted = calibration.fit(with_columns(soils, enough), seed) if enough else None
    few = [at for at in range(len(counts)) if at not in enough]
    level = np.zeros(len(counts))
    for at in few:
        column = soils.values[:, at]
        level[at] = column[np.isfinite(column)].mean() if counts[at] else np.nan
    told = ", ".join(f"{soils.targets[at]} ({counts[at]})" for at in few)
    remark = f"the labels' mean where fewer than {FEWEST} groups have one: {told}"
    return KnownTargets(fitted, enough, level, remark)


def _groups_with_value(soils: Soils, column: int) -> int:
    known = np.flatnonzero(np.isfinite(soils.values[:, column]))
    return len({soils.groups[row] for row in known})


class _Beside(nn.Module):
    """Place a graph's answers between constants."""

    level: Tensor

    def __init__(
        self,
        graph: nn.Module | None,
        columns: tuple[int, ...],
        level: Float[Tensor, " target"],
    ) -> None:
        super().__init__()
        self.graph = graph
        self.columns = columns
        self.register_buffer("level", level)

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan target"]:
        constants = self.level.expand(spectrum.shape[0], -1)
        if self.graph is None:
            return constants
        answers = self.graph(spectrum)
        columns = [constants[:, at] for at in range(constants.shape[1])]
        for place, at in enumerate(self.columns):
            columns[at] = answers[:, place]
        return torch.stack(columns, dim=1)
