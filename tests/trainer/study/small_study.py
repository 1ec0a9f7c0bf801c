"""A study of made soils that takes a fraction of a second."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from torch import nn

from tests.trainer.localisation.made_soils import CARBON, CLAY, made_library
from trainer.calibrations.calibration import FittedCalibration, Soils
from trainer.engine.engine import EngineChoice
from trainer.errors import CalibrationError
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.transfer_arms import arm_catalogue
from trainer.localisation.transfer_arms.arm_catalogue import ArmSettings
from trainer.study.study import run_study
from trainer.study.study_ledger import open_ledger
from trainer.study.study_order import Study, StudyOrder, StudyTask
from trainer.study.study_record import StudyRecord
from trainer.study.study_result import StudyOutcome, StudyResult

FARMS = ("farm-0", "farm-1", "farm-2")
SOILS_A_FARM = 40
PAIRED = 2


def paired_library(targets: tuple[str, ...] = (CARBON,)) -> SpectralLibrary:
    """Return three made farms in which every two soils share a profile."""
    library = made_library(len(FARMS), SOILS_A_FARM, targets)
    count = len(library.soils)
    groups = tuple(f"profile-{row // PAIRED}" for row in range(count))
    return replace(library, groups=groups)


def small_study(
    arms: Sequence[str] = ("shown", "level"),
    labels: Sequence[int] = (6, 12),
    seeds: int = 2,
    targets: tuple[str, ...] = (CARBON,),
    reference: str = "",
) -> Study:
    """Return a study of made arms on three made farms."""
    order = StudyOrder(tuple(arms), FARMS, tuple(labels), seeds, reference=reference)
    return Study(paired_library((CARBON, CLAY)), targets, order, ArmSettings())


@dataclass(frozen=True, eq=False)
class OneValue:
    """Tells every soil the same."""

    level: NDArray[np.float64]

    def predict(self, spectra: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the level, one row a scan."""
        return np.tile(self.level, (len(spectra), 1))

    def as_graph(self) -> nn.Module:
        """Refuse, as a calibration without a graph does."""
        raise CalibrationError("expected a calibration with a graph, found one value")


@dataclass(frozen=True)
class Level:
    """The labels' mean, plus so much; remembers what it was shown."""

    name: str = "level"
    plus: float = 0.0
    needs_library_samples: bool = False
    learns_from_labels: bool = True
    shown: list[tuple[SpectralLibrary | None, Soils]] = field(
        default_factory=list, repr=False, compare=False
    )

    def fit(
        self, library: SpectralLibrary | None, farm: Soils, seed: int
    ) -> FittedCalibration:
        """Average what is labelled."""
        del seed
        self.shown.append((library, farm))
        return OneValue(np.nanmean(farm.values, axis=0) + self.plus)


@dataclass(frozen=True)
class Failing(Level):
    """Fails on one farm's library."""

    name: str = "failing"

    def fit(
        self, library: SpectralLibrary | None, farm: Soils, seed: int
    ) -> FittedCalibration:
        """Fail where farm-1 is the customer."""
        assert library is not None
        if "farm-1" not in library.farms:
            raise ValueError("no answer\nfor this farm")
        return super().fit(library, farm, seed)


@dataclass(frozen=True)
class Interrupted(Level):
    """Is where the user presses Ctrl-C, once, on the third fit."""

    name: str = "interrupted"
    presses: list[str] = field(
        default_factory=lambda: ["Ctrl-C"], repr=False, compare=False
    )

    def fit(
        self, library: SpectralLibrary | None, farm: Soils, seed: int
    ) -> FittedCalibration:
        """Be interrupted."""
        if len(self.shown) == 2 and self.presses:
            raise KeyboardInterrupt(self.presses.pop())
        return super().fit(library, farm, seed)


@pytest.fixture
def shown() -> Iterator[list[tuple[SpectralLibrary | None, Soils]]]:
    """Offer the made arms for one test; give what the arm `shown` was shown."""
    watched = Level("shown")
    with offered(watched, Level(), Level("above", 0.5), Failing()):
        yield watched.shown


@contextmanager
def offered(*arms: Level) -> Iterator[None]:
    """Offer these arms in the catalogue."""
    with pytest.MonkeyPatch.context() as patch:
        for arm in arms:
            patch.setitem(arm_catalogue._WHOLE, arm.name, partial(_itself, arm))
        yield


def _itself(arm: Level) -> Level:
    return arm


def ran(study: Study, folder: Path) -> tuple[StudyRecord, dict[StudyTask, StudyResult]]:
    """Run the study in this process."""
    with open_ledger(folder) as ledger:
        return run_study(study, ledger, EngineChoice(), untold)


def figures_of(record: StudyRecord) -> bytes:
    """Return all scores as text: what is not defined is equal to itself there."""
    return msgspec.json.encode(record.scores)


def untold(done: int, every: int, last: StudyOutcome | None) -> None:
    """Hear of progress and say nothing."""
    del done, every, last
