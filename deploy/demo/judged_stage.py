"""How well the device told the soils it is judged by, with one of its models."""

import numpy as np

from deploy.demo.campaign import Stage
from deploy.demo.farm_table import FarmTable
from trainer.evaluation.loop_report import StageResult


def judge(stage: Stage, farm: FarmTable) -> StageResult:
    """Put a stage's readings beside what the laboratory found."""
    predicted, low, high, novelty = (
        np.array([float(one[name]) for one in stage.readings])
        for name in ("value", "low", "high", "novelty")
    )
    samples = tuple(str(one["sample"]) for one in stage.readings)
    return StageResult(
        labels=stage.labels,
        model_digest=stage.model.digest,
        samples=samples,
        observed=np.array([farm.value(sample) for sample in samples]),
        predicted=predicted,
        low=low,
        high=high,
        novelty=novelty,
    )
