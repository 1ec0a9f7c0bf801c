"""Soils beside one another, and some of their targets."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from trainer.calibrations.calibration import Soils
from trainer.errors import CalibrationError


def joined(soils: Soils, others: Soils) -> Soils:
    """Return the soils of both, or refuse such as have another grid or targets."""
    if (soils.grid, soils.targets) != (others.grid, others.targets):
        raise CalibrationError(
            f"expected soils on {soils.grid} with {', '.join(soils.targets)}, found "
            f"some on {others.grid} with {', '.join(others.targets)}; resample them, "
            "or name targets that both have"
        )
    return replace(
        soils,
        spectra=np.concatenate([soils.spectra, others.spectra]),
        values=np.concatenate([soils.values, others.values]),
        groups=(*soils.groups, *others.groups),
    )


def with_columns(soils: Soils, columns: Sequence[int]) -> Soils:
    """Return the soils with some of their targets."""
    return replace(
        soils,
        values=np.ascontiguousarray(soils.values[:, list(columns)]),
        targets=tuple(soils.targets[column] for column in columns),
    )


def analysed(soils: Soils) -> Soils:
    """Return the soils that have a value of any target."""
    return soils.take(np.flatnonzero(np.isfinite(soils.values).any(axis=1)))
