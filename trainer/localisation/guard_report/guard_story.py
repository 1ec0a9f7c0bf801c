"""What one farm's localisation came to, as its report tells it to a person.

Nothing here decides: it is filled from the record of what the guard decided.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DRAWS, DRAW_SEED = 2000, 0
LEAST = np.finfo(float).tiny


@dataclass(frozen=True)
class Opinion:
    """What one expert came to on the farm's labels.

    Attributes:
        name: What it is called.
        meaning: What it is, in plain words.
        error: Its error on labelled soils left out, in the target's unit; None where
            there were too few labels to measure it.
        weight: Its share of the answer.
        reason: Why it got this weight.
    """

    name: str
    meaning: str
    error: float | None
    weight: float
    reason: str


@dataclass(frozen=True)
class SiteDistance:
    """How far the farm's scans lie from one site of the library.

    Attributes:
        site: The site's name.
        ratio: How many times as far as that site's own soils lie from their mean.
    """

    site: str
    ratio: float


@dataclass(frozen=True, eq=False)
class TargetStory:
    """One target of the farm's model.

    Attributes:
        name: Its OSSL name.
        unit: The unit of all numbers here.
        labels: How many of the farm's soils taught it.
        trusted: What was trusted and why, in sentences.
        opinions: The experts, the local one first.
        error: The whole model's error on labelled soils left out, if measured.
        observed: The labels.
        predicted: What a model without each label said of it; empty if not measured.
        alone: What one without each label and without the library said.
        half_width: Half of the interval of a usual soil.
        level: How often the interval is to hold.
        measured_on: On which soils error and interval were measured.
        sites: Distances to the library's sites, the nearest first.
        half_widths: Half of the interval of each label, where they differ.
    """

    name: str
    unit: str
    labels: int
    trusted: tuple[str, ...]
    opinions: tuple[Opinion, ...]
    error: float | None
    observed: Array
    predicted: Array
    alone: Array
    half_width: float
    level: float
    measured_on: str
    sites: tuple[SiteDistance, ...]
    half_widths: Array | None = None

    @property
    def reaches(self) -> Array:
        """Half of the interval of each label."""
        if self.half_widths is None:
            return np.full(self.observed.shape, self.half_width)
        return self.half_widths

    @property
    def local(self) -> Opinion | None:
        """The expert that knows the farm's own labels alone, if there is one."""
        return self.opinions[0] if self.opinions else None

    @property
    def gain(self) -> float | None:
        """How much less the whole model errs than the local expert, as a share."""
        if self.local is None or not self.local.error or self.error is None:
            return None
        return 1 - self.error / self.local.error

    @property
    def gain_range(self) -> tuple[float, float]:
        """Where that share may lie, 90 %, drawing the labels anew."""
        random = np.random.default_rng(DRAW_SEED)
        drawn = random.integers(0, len(self.observed), (DRAWS, len(self.observed)))
        whole, alone = (
            np.sqrt(((told - self.observed)[drawn] ** 2).mean(axis=1))
            for told in (self.predicted, self.alone)
        )
        low, high = np.quantile(1 - whole / np.maximum(alone, LEAST), (0.05, 0.95))
        return float(low), float(high)


@dataclass(frozen=True)
class GuardStory:
    """A farm's localisation.

    Attributes:
        farm: Whose model it is.
        library: What it was localised from.
        method: What was asked to answer.
        warnings: What a person should look at first.
        remarks: What is known of the farm's soils.
        targets: One story a target.
    """

    farm: str
    library: str
    method: str
    warnings: tuple[str, ...]
    remarks: tuple[str, ...]
    targets: tuple[TargetStory, ...]
