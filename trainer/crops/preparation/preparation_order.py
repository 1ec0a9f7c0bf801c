"""What shall be prepared, and how: everything that a folder of series depends on."""

from typing import Annotated, Literal

import msgspec

from protocols.observation_rule import KEPT_SCENES, Choice
from trainer.crops.preparation.class_definition import ClassDefinition

Offset = Literal["none", "since-2022", "all"]
Unit = Literal["dn", "fraction"]
RadarUnit = Literal["dB", "power"]


class Season(msgspec.Struct, frozen=True, kw_only=True):
    """Which days are looked at, in buckets of some days.

    Attributes:
        first_day: Of the first bucket, from 1 January of the harvest as day 0.
        bucket_days: How many days a bucket has.
        steps: How many buckets; together no more than a year.
        choice: Which observation stands for a bucket: the first one, or the best by
            quality, and the first of those.
    """

    first_day: Annotated[int, msgspec.Meta(ge=-366, le=366)] = 60
    bucket_days: Annotated[int, msgspec.Meta(ge=1, le=366)] = 5
    steps: Annotated[int, msgspec.Meta(ge=1, le=366)] = 48
    choice: Choice = "first"


class FilterOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What is left out.

    Attributes:
        scene_classes: Which ones are kept, where observations have them.
        most_cloud: The highest cloud probability that is kept, in percent.
        area: Polygons of rings of longitude and latitude; everywhere if empty.
        crops_only: Leave out water, forest, towns, and other land without crops.
        least_purity: Of a label: the share of its neighbourhood with the same code.
        double_crops: Keep places where two crops followed each other.
        least_observations: How many a place must have left in the season.
    """

    scene_classes: tuple[int, ...] = KEPT_SCENES
    most_cloud: Annotated[float, msgspec.Meta(ge=0, le=100)] = 100.0
    area: tuple[tuple[tuple[tuple[float, float], ...], ...], ...] = ()
    crops_only: bool = False
    least_purity: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    double_crops: bool = False
    least_observations: Annotated[int, msgspec.Meta(ge=1)] = 3


class UnitOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of units; what was not is recognised or refused.

    Attributes:
        unit: Of the bands of Sentinel-2.
        offset: Where 1000 is subtracted from digital numbers, as the processing
            baseline 04.00 of 25 January 2022 asks: nowhere, from that day, everywhere.
        radar: Of the channels of Sentinel-1.
    """

    unit: Unit | None = None
    offset: Offset | None = None
    radar: RadarUnit | None = None


class PreparationOrder(msgspec.Struct, frozen=True, kw_only=True):
    """All of it.

    Attributes:
        observations: A Parquet file or a folder of them, on disk or `s3://`.
        labels: Rasters as `2021=cdl.tif`, or one table; unlabelled if empty.
        classes: Which codes are which class.
        season: Which days.
        filters: What is left out.
        units: What was said of units.
    """

    observations: str
    labels: tuple[str, ...]
    classes: ClassDefinition
    season: Season = Season()
    filters: FilterOrder = FilterOrder()
    units: UnitOrder = UnitOrder()
