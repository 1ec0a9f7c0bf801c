"""A library's soils, kept as the processes over sites see them.

These members of a farm's model carry soils of the library into its package; whoever may
not pass them on does without. Of large libraries an even draw over the farms is kept.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.treated_view import centre_of, scale_of
from trainer.localisation.members.placed_sites import LibrarySites, PlacedSites
from trainer.localisation.members.site_process import (
    KnownSites,
    site_settings,
)
from trainer.localisation.members.value_scale import scale_of_values
from trainer.localisation.treated_soils import TreatedSoils

Array = NDArray[np.float64]

STANDARDISED_SOILS = 300
DECLARED_SOILS = 600
DRAW_SEED = 0

STANDARDISED_SETTINGS = site_settings(kinships=(0.2, 0.5, 0.8), offsets=(10.0,))
STANDARDISED_NOISE = 0.15
DECLARED_SETTINGS = site_settings(kinships=(0.5, 0.9), offsets=(0.03, 0.5))
DECLARED_NOISE = 0.01
DECLARED_LEVEL = 5.0


def library_sites(farms: Sequence[TreatedSoils]) -> LibrarySites:
    """Keep what the processes need of a library's farms."""
    is_positive = all(farm.values.min() > 0 for farm in farms)
    few, many = _drawn(farms, STANDARDISED_SOILS), _drawn(farms, DECLARED_SOILS)
    return LibrarySites(
        standardised=_standardised(farms, few, is_logarithmic=False),
        standardised_logs=(
            _standardised(farms, few, is_logarithmic=True) if is_positive else None
        ),
        declared=_declared(farms, many, is_logarithmic=False),
        declared_logs=(
            _declared(farms, many, is_logarithmic=True) if is_positive else None
        ),
    )


Rows = list[NDArray[np.intp]]


def _drawn(farms: Sequence[TreatedSoils], soils: int) -> Rows:
    """Return which soils of each farm are kept, the same number of each if it has."""
    random = np.random.default_rng(DRAW_SEED)
    room = max(soils // len(farms), 1)
    return [np.sort(random.permutation(len(farm))[:room]) for farm in farms]


def _standardised(
    farms: Sequence[TreatedSoils], kept: Rows, *, is_logarithmic: bool
) -> PlacedSites:
    treatments = range(len(farms[0].treated))
    centred = [
        [farm.treated[at] - centre_of(farm.treated[at]) for farm in farms]
        for at in treatments
    ]
    lengths = [
        np.sqrt(np.mean([(one**2).sum(axis=1).mean() for one in same]))
        for same in centred
    ]
    scales = tuple(
        np.full(same[0].shape[1], length)
        for same, length in zip(centred, lengths, strict=True)
    )
    rows = tuple(
        np.concatenate([one[at] for one, at in zip(same, kept, strict=True)]) / scale
        for same, scale in zip(centred, scales, strict=True)
    )
    standard = [
        scale_of_values(farm.values, is_logarithmic=is_logarithmic).to_standard(
            farm.values
        )[at]
        for farm, at in zip(farms, kept, strict=True)
    ]
    known = KnownSites(
        rows,
        np.concatenate(standard),
        _site_numbers(kept),
        STANDARDISED_SETTINGS,
        level=0.0,
        noise=STANDARDISED_NOISE,
    )
    return PlacedSites(known, None, scales, None)


def _declared(
    farms: Sequence[TreatedSoils], kept: Rows, *, is_logarithmic: bool
) -> PlacedSites:
    treatments = range(len(farms[0].treated))
    drawn = [
        np.concatenate(
            [farm.treated[at][rows] for farm, rows in zip(farms, kept, strict=True)]
        )
        for at in treatments
    ]
    values = np.concatenate(
        [farm.values[rows] for farm, rows in zip(farms, kept, strict=True)]
    )
    centres = tuple(centre_of(one) for one in drawn)
    scales = tuple(scale_of(one, True) for one in drawn)
    rows = tuple(
        (one - centre) / scale
        for one, centre, scale in zip(drawn, centres, scales, strict=True)
    )
    scale = scale_of_values(values[np.newaxis], is_logarithmic=is_logarithmic)
    known = KnownSites(
        rows,
        scale.to_standard(values[np.newaxis])[0],
        _site_numbers(kept),
        DECLARED_SETTINGS,
        level=DECLARED_LEVEL,
        noise=DECLARED_NOISE,
    )
    return PlacedSites(known, centres, scales, scale)


def _site_numbers(kept: Rows) -> NDArray[np.intp]:
    return np.repeat(np.arange(len(kept)), [len(rows) for rows in kept])
