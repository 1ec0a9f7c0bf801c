"""Which observations a crop model learned from, so that devices leave out the same."""

from typing import Annotated, Literal

import msgspec

Choice = Literal["first", "best"]

KEPT_SCENES = (2, 4, 5, 6, 7)
"""Of Sentinel-2: dark, vegetation, bare, water, unclassified."""


class ObservationRule(msgspec.Struct, frozen=True, kw_only=True):
    """What is left out, and which observation stands for a bucket of days.

    Attributes:
        scene_classes: Those that are kept, where observations have one.
        most_cloud: The highest cloud probability that is kept, in percent.
        choice: The first observation stands, or the one with the least cloud.
    """

    scene_classes: tuple[int, ...] = KEPT_SCENES
    most_cloud: Annotated[float, msgspec.Meta(ge=0, le=100)] = 100.0
    choice: Choice = "first"
