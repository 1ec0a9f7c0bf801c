"""What is told of a localised farm: one line of JSON, for a single farm and a fleet."""

from typing import Literal

import msgspec


class TargetRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One target of a farm's model.

    Attributes:
        name: Its OSSL name.
        unit: The unit of every number here.
        labels: How many of the farm's soils taught it.
        method: What answers.
        trusted: In plain sentences, what was trusted and why.
        half_width: Half of the interval.
        level: How often the interval is to hold.
        rmse: Error on soils left out, none where it cannot be told.
        split: On which soils the error and the interval were measured.
    """

    name: str
    unit: str
    labels: int
    method: str
    trusted: tuple[str, ...]
    half_width: float
    level: float
    rmse: float | None
    split: str


class FarmRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one farm.

    Attributes:
        farm: The name in its package.
        source: Where its soils were read.
        inputs: The sha256 of everything that its package follows from.
        outcome: Whether there is a package.
        seconds: What it took, its share of what was done together included.
        targets: What each target's model is.
        package: The package's file.
        digest: The package's sha256.
        warnings: What a person should look at.
        remarks: What is known of its soils, such as how they were read.
        reason: Why there is no package.
        traceback: Where that came from.
    """

    farm: str
    source: str
    inputs: str
    outcome: Literal["done", "failed"]
    seconds: float
    targets: tuple[TargetRecord, ...] = ()
    package: str | None = None
    digest: str | None = None
    warnings: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    reason: str | None = None
    traceback: str | None = None

    @property
    def is_done(self) -> bool:
        """Whether there is a package."""
        return self.outcome == "done"
