"""Calibrations whose answers are known beforehand, and a catalogue of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from trainer.calibrations.calibration import Soils
from trainer.errors import CalibrationError
from trainer.evaluation import method_catalogue
from trainer.evaluation.method_catalogue import Method

BAND = 13


@dataclass(frozen=True, eq=False)
class FittedBand:
    """A straight line in one band, with or without a graph."""

    slope: NDArray[np.float64]
    level: NDArray[np.float64]
    has_graph: bool = True

    def predict(self, spectra: NDArray[np.float32]) -> NDArray[np.float64]:
        """Read the line."""
        return spectra[:, [BAND]].astype(np.float64) * self.slope + self.level

    def as_graph(self) -> nn.Module:
        """Return the line as a module, or refuse."""
        if not self.has_graph:
            raise CalibrationError("expected a graph, found none; predict instead")
        return _Line(self)


class _Line(nn.Module):
    def __init__(self, fitted: FittedBand) -> None:
        super().__init__()
        self.slope = torch.from_numpy(fitted.slope).float()
        self.level = torch.from_numpy(fitted.level).float()

    def forward(self, spectrum: torch.Tensor) -> torch.Tensor:
        return spectrum[:, [BAND]] * self.slope + self.level


@dataclass(frozen=True)
class OneBand:
    """Least squares on one band; `fits` remembers what each fit was shown."""

    name: str = "one-band"
    has_graph: bool = True
    fits: list[Soils] = field(default_factory=list, repr=False, compare=False)

    def fit(self, soils: Soils, seed: int) -> FittedBand:
        """Draw the line of every target."""
        del seed
        self.fits.append(soils)
        x = soils.spectra[:, BAND].astype(np.float64)
        lines = [
            np.polyfit(x[known], column[known], 1)
            for column in soils.values.T
            for known in [np.isfinite(column)]
        ]
        slope, level = np.array(lines).T
        return FittedBand(slope, level, self.has_graph)


@dataclass(frozen=True)
class Broken:
    """Fails on every fit."""

    name: str = "broken"

    def fit(self, soils: Soils, seed: int) -> FittedBand:
        """Fail, over two lines."""
        raise ValueError(f"no answer for {len(soils)} soils\nwith seed {seed}")


@dataclass(frozen=True)
class Stopped:
    """Is where the user presses Ctrl-C."""

    name: str = "stopped"

    def fit(self, soils: Soils, seed: int) -> FittedBand:
        """Be interrupted."""
        del soils, seed
        raise KeyboardInterrupt


WATCHED = OneBand()


def watched_method() -> OneBand:
    return WATCHED


@contextmanager
def offered_methods() -> Iterator[Sequence[Soils]]:
    """Offer mean, one-band and broken; give what one-band is shown."""
    offered = {
        "mean": method_catalogue.CATALOGUE["mean"],
        "one-band": Method("a line in one band", watched_method),
        "broken": Method("fails", Broken),
        "stopped": Method("is interrupted", Stopped),
    }
    WATCHED.fits.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(method_catalogue, "CATALOGUE", offered)
        yield WATCHED.fits


@pytest.fixture
def made_catalogue() -> Iterator[Sequence[Soils]]:
    """Offer the made methods for one test."""
    with offered_methods() as fits:
        yield fits
