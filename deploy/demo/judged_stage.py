"""How well the device told the soils it is judged by, with one of its models."""

from dataclasses import dataclass

import numpy as np

from deploy.demo.campaign import Stage
from deploy.demo.farm_table import FarmTable
from trainer.evaluation.agreement import Agreement, agreement


@dataclass(frozen=True)
class JudgedStage:
    """One row of the demonstration's table."""

    labels: int
    model: str
    agreement: Agreement
    coverage: float
    mean_width: float
    flagged: float


def judge(stage: Stage, farm: FarmTable) -> JudgedStage:
    """Compare a stage's readings with the laboratory."""
    readings = stage.readings
    observed = np.array([farm.value(one["sample"]) for one in readings])
    predicted, low, high = (
        np.array([one[name] for one in readings]) for name in ("value", "low", "high")
    )
    return JudgedStage(
        labels=stage.labels,
        model=stage.model.digest,
        agreement=agreement(observed, predicted),
        coverage=float(np.mean((low <= observed) & (observed <= high))),
        mean_width=float(np.mean(high - low)),
        flagged=float(np.mean([one["flagged"] for one in readings])),
    )
