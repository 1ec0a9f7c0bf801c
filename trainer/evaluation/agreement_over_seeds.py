"""Mean and spread over seeds of the field's figures."""

from collections.abc import Sequence
from dataclasses import asdict, fields

import msgspec
import numpy as np

from trainer.evaluation.agreement import Agreement

FIGURES = tuple(one.name for one in fields(Agreement) if one.name != "n")


class FigureSpread(msgspec.Struct, frozen=True, kw_only=True):
    """Standard deviation over seeds of each figure; null where there is one seed."""

    rmse: float
    me: float
    r2: float
    r2_correlation: float
    ccc: float
    rpd: float
    rpiq: float


def mean_of_seeds(found: Sequence[Agreement]) -> Agreement:
    """Return the mean of each figure; `n` is the soils of one seed."""
    means = {name: float(np.mean(_column(found, name))) for name in FIGURES}
    return Agreement(n=found[0].n, **means)


def spread_of_seeds(found: Sequence[Agreement]) -> FigureSpread:
    """Return the standard deviation of each figure."""
    return FigureSpread(**{name: spread_of(_column(found, name)) for name in FIGURES})


def spread_of(values: Sequence[float]) -> float:
    """Return the standard deviation, NaN of a single value."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")


def _column(found: Sequence[Agreement], name: str) -> list[float]:
    return [asdict(one)[name] for one in found]
