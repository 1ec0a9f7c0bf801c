"""Prepare observations as a model wants them, when only they are at hand.

The season, its buckets and what is left out follow the model. The series lie beside the
predictions and are used again: a stopped prediction does not prepare anew.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from protocols.observation_rule import ObservationRule
from protocols.season_grid import SeasonGrid
from trainer.crops.prediction.crop_answers import CropTeller
from trainer.crops.prediction.package_teller import PackageTeller
from trainer.crops.preparation.class_definition import (
    MAIN_CROPS,
    cropland_data_layer,
    read_definition,
)
from trainer.crops.preparation.preparation import (
    Preparation,
    Resources,
    Watch,
    prepare,
)
from trainer.crops.preparation.preparation_order import (
    FilterOrder,
    PreparationOrder,
    Season,
)
from trainer.crops.series.series_folder import MANIFEST_FILE, read_manifest
from trainer.errors import WorkspaceError

WHOLE_SEASON = Season()
"""What is looked at for a model whose window moves along."""


@dataclass(frozen=True)
class Observed:
    """Observations, and where their series go.

    Attributes:
        observations: A Parquet file or a folder of them, on disk or `s3://`.
        into: The folder of series, made or used again.
    """

    observations: str
    into: Path


def observed_series(asked: Observed, teller: CropTeller, watch: Watch) -> Path:
    """Return the folder of series, prepared unless it is there."""
    if (asked.into / MANIFEST_FILE).exists():
        _expect_same(asked)
        return asked.into
    rule = teller.manifest.observations if isinstance(teller, PackageTeller) else None
    prepare(
        Preparation(
            order=_order(asked.observations, teller.grid, rule or ObservationRule()),
            legend=cropland_data_layer(),
            into=asked.into,
        ),
        Resources(),
        watch,
    )
    return asked.into


def _order(
    observations: str, grid: SeasonGrid, rule: ObservationRule
) -> PreparationOrder:
    days = grid.bucket_days
    season = Season(
        first_day=WHOLE_SEASON.first_day,
        bucket_days=days,
        steps=max(-(-WHOLE_SEASON.steps * WHOLE_SEASON.bucket_days // days), 1),
        choice=rule.choice,
    )
    if grid.first_day is not None:
        season = Season(
            first_day=grid.first_day,
            bucket_days=days,
            steps=grid.steps,
            choice=rule.choice,
        )
    return PreparationOrder(
        observations=observations,
        labels=(),
        classes=read_definition(MAIN_CROPS),
        season=season,
        filters=FilterOrder(
            scene_classes=rule.scene_classes,
            most_cloud=rule.most_cloud,
            least_observations=1,
        ),
    )


def _expect_same(asked: Observed) -> None:
    told = read_manifest(asked.into).order.get("observations", "null")
    found = msgspec.json.decode(told)
    if found != asked.observations:
        raise WorkspaceError(
            f"expected series of {asked.observations} in {asked.into}, found those of "
            f"{found}; remove that folder, or predict into another one"
        )
