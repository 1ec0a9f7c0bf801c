"""What a farm's model is, in words and figures, for its record."""

import math

from protocols.units import unit_of
from trainer.calibrations.conformal import LEVEL
from trainer.fleet.farm_record import TargetRecord
from trainer.localisation.farm_model import FarmModel, TargetFit


def told_targets(
    model: FarmModel, targets: tuple[str, ...]
) -> tuple[TargetRecord, ...]:
    """Return a record of every target."""
    return tuple(
        _told(name, fit) for name, fit in zip(targets, model.fits, strict=True)
    )


def _told(name: str, fit: TargetFit) -> TargetRecord:
    rmse = fit.figures.rmse
    return TargetRecord(
        name=name,
        unit=unit_of(name),
        labels=fit.labels,
        method="library" if not fit.labels else "auto",
        trusted=(),
        half_width=float(fit.half_width),
        level=LEVEL,
        rmse=float(rmse) if math.isfinite(rmse) else None,
        split=fit.split,
    )
