"""How places held back were told, class by class."""

import numpy as np
from numpy.typing import NDArray

from trainer.crops.in_season.confusion import (
    Counts,
    accuracy,
    confusion,
    f1_by_class,
    kappa,
    macro_f1,
)
from trainer.crops.model.model_folder import ClassFigures, HeldBackFigures


def held_back_figures(
    legend: tuple[str, ...], grown: NDArray[np.integer], told: NDArray[np.integer]
) -> HeldBackFigures:
    """Return the figures; a class that neither grew nor was told has an F1 of 0."""
    counts = confusion(grown, told, len(legend))
    return HeldBackFigures(
        places=len(grown),
        accuracy=float(accuracy(counts)),
        macro_f1=float(macro_f1(counts)),
        kappa=kappa(counts),
        classes=_by_class(legend, counts),
    )


def _by_class(legend: tuple[str, ...], counts: Counts) -> tuple[ClassFigures, ...]:
    hits, grown, told = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    f1 = np.nan_to_num(f1_by_class(counts))
    return tuple(
        ClassFigures(
            name=name,
            places=int(grown[at]),
            precision=float(hits[at] / max(told[at], 1)),
            recall=float(hits[at] / max(grown[at], 1)),
            f1=float(f1[at]),
        )
        for at, name in enumerate(legend)
    )
