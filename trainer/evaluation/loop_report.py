"""What one farm's season of scanning, labelling and refitting came to.

Plain records, filled by whoever ran the loop; `learning_curve_report` draws them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protocols.graph_contract import EDGE_OF_DOMAIN
from trainer.evaluation.agreement import Agreement, agreement
from trainer.evaluation.coverage import coverage

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StageResult:
    """What one model said of soils that it had not learned from.

    Attributes:
        labels: How many labels of the farm the model had.
        model_digest: The package that ran, its sha256.
        samples: The soils judged, in the order of all arrays.
        observed: What the laboratory found.
        predicted: What the device said.
        low: Lower ends of the intervals.
        high: Upper ends of the intervals.
        novelty: How foreign each soil was to the model.
    """

    labels: int
    model_digest: str
    samples: tuple[str, ...]
    observed: Array
    predicted: Array
    low: Array
    high: Array
    novelty: Array

    def __post_init__(self) -> None:
        """Refuse columns of different length."""
        columns = (self.observed, self.predicted, self.low, self.high, self.novelty)
        lengths = {len(self.samples), *map(len, columns)}
        if len(lengths) != 1:
            raise ValueError(f"expected columns of one length, found {sorted(lengths)}")

    @property
    def agreement(self) -> Agreement:
        """How well the readings agree with the laboratory."""
        return agreement(self.observed, self.predicted)

    @property
    def coverage(self) -> float:
        """The share of soils whose interval holds the laboratory's value."""
        return coverage(self.observed, self.low, self.high)

    @property
    def width(self) -> float:
        """The mean width of the intervals."""
        return float(np.mean(self.high - self.low))

    @property
    def is_flagged(self) -> NDArray[np.bool_]:
        """Which soils the model called foreign."""
        return self.novelty > EDGE_OF_DOMAIN


@dataclass(frozen=True, eq=False)
class ScannedSpectra:
    """Scans to draw, on the instrument's bands.

    Attributes:
        wavelengths_nm: Where the bands lie.
        reflectance: One row a scan, as a fraction.
        is_flagged: Which scans were refused or called foreign.
    """

    wavelengths_nm: Array
    reflectance: Array
    is_flagged: NDArray[np.bool_]


@dataclass(frozen=True)
class OddScan:
    """A scan that was no soil, and what the device did with it."""

    sample: str
    verdict: str


@dataclass(frozen=True)
class DeliveryCounts:
    """What became of the device's records."""

    sent: int
    receipted: int
    rejected: int
    lost: int


@dataclass(frozen=True, eq=False)
class LoopReport:
    """Everything that the report shows.

    Attributes:
        farm: The farm's name.
        target: OSSL name of the property.
        unit: Its unit.
        level: What share of soils the intervals promise to hold.
        stages: One a model, by rising number of labels.
        spectra: The scans.
        odd_scans: Scans that were no soil.
        delivery: What became of the records.
        provenance: Pairs of what and which, such as instrument and its serial.
    """

    farm: str
    target: str
    unit: str
    level: float
    stages: tuple[StageResult, ...]
    spectra: ScannedSpectra
    odd_scans: tuple[OddScan, ...]
    delivery: DeliveryCounts
    provenance: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        """Refuse a report without a stage."""
        if not self.stages:
            raise ValueError("expected at least one stage to report, found none")
