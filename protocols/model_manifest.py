"""What a package with a soil model says: all that a number must be traced back to."""

from typing import Annotated, Literal

import msgspec

from protocols.graph_contract import INPUT
from protocols.identifiers import Digest
from protocols.messages import ShortText, Text
from protocols.package_manifest import (
    VERSION,
    Count,
    InputShapes,
    PackageManifest,
    Share,
)
from protocols.units import TargetName, Unit
from protocols.wavelength_grid import WavelengthGrid

SOIL_FORMAT = "1.1"
"""What soil models are written as: later versions added nothing to them."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A soil property the model tells, in the order of the graph's outputs.

    Attributes:
        name: The property's OSSL name.
        unit: The unit of value, low and high.
        spread: Standard deviation among the soils learned from; the scale on which
            differences between runtimes are judged.
    """

    name: TargetName
    unit: Unit
    spread: Annotated[float, msgspec.Meta(gt=0)]


class MeasuredInterval(msgspec.Struct, frozen=True, kw_only=True):
    """How intervals of models made like this one held on farms never learned from.

    Attributes:
        target: What was told.
        labels: With how many labels each of those farms was fitted.
        farms: How many farms there were.
        soils: On how many of their soils, none of them labelled, it was measured.
        coverage: Which share of those soils lay inside, every farm counting the same.
        worst_coverage: The same on the farm where fewest did.
        width: Mean width, in standard deviations of the farm's own values.
    """

    target: TargetName
    labels: Count
    farms: Annotated[int, msgspec.Meta(ge=1)]
    soils: Annotated[int, msgspec.Meta(ge=1)]
    coverage: Share
    worst_coverage: Share
    width: Annotated[float, msgspec.Meta(ge=0)]


class IntervalClaim(msgspec.Struct, frozen=True, kw_only=True):
    """What low and high promise, and how far that was measured.

    Attributes:
        level: The share of soils whose true value should lie inside.
        method: How the width was found, in words.
        soils: On how many soils it was calibrated.
        measured_coverage: The mean coverage of `measured`, if there is any.
        measured: How it held on farms never learned from, one entry a target.
    """

    level: Share
    method: Text
    soils: Count
    measured_coverage: Share | None = None
    measured: tuple[MeasuredInterval, ...] = ()


class Domain(msgspec.Struct, frozen=True, kw_only=True):
    """What the model has seen, and where a soil becomes foreign to it."""

    method: Text
    soils: Count
    edge_quantile: Share


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    """How well a target was told, and on which soils that was measured."""

    target: TargetName
    split: Text
    soils: Count
    rmse: float
    me: float
    r2: float
    ccc: float


class TrainingData(msgspec.Struct, frozen=True, kw_only=True):
    """One source the model learned from."""

    name: ShortText
    digest: Digest
    soils: Count
    licence: ShortText


class ModelManifest(PackageManifest, frozen=True, kw_only=True):
    """The manifest of a package with a soil model."""

    format: Annotated[str, VERSION] = SOIL_FORMAT
    grid: WavelengthGrid
    quantity: Literal["reflectance"] = "reflectance"
    targets: Annotated[tuple[Target, ...], msgspec.Meta(min_length=1, max_length=64)]
    interval: IntervalClaim
    domain: Domain
    local_labels: Count = 0
    metrics: tuple[Metrics, ...] = ()
    learned_from: tuple[TrainingData, ...] = ()

    @property
    def inputs(self) -> InputShapes:
        """One spectrum on the grid."""
        return {INPUT: (self.grid.bands,)}

    @property
    def subjects(self) -> str:
        """A soil model reads scans."""
        return "scans"

    @property
    def measure(self) -> str:
        """The unit of an error."""
        return "standard deviations"

    @property
    def spreads(self) -> tuple[float, ...]:
        """The standard deviation of every target."""
        return tuple(one.spread for one in self.targets)
